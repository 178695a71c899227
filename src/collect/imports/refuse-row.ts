import { defineErrors } from '../../kernel/errors/errors.ts';

/** Why a row of a file is not taken. The texts stand in `errors` of this slice. */
export const refuseRow = defineErrors('imports', {
  row_unreadable: { status: 400, message: 'The row cannot be read' },
  row_columns: { status: 400, message: 'The row has another number of cells than the heading' },
  row_too_large: { status: 413, message: 'The row is too large' },
  row_not_object: { status: 400, message: 'The line is not a JSON object' },
  row_event_missing: { status: 400, message: 'The row names no event' },
  row_event_too_long: { status: 400, message: 'The name of the event is too long' },
  row_event_reserved: { status: 400, message: 'Names that begin with $ belong to the system' },
  row_person_missing: { status: 400, message: 'The row names no person' },
  row_id_too_long: { status: 400, message: 'An id is too long' },
  row_time_missing: { status: 400, message: 'The row has no time' },
  row_time_unreadable: { status: 400, message: 'The time cannot be read in the chosen format' },
  row_time_too_old: { status: 400, message: 'The time is before the year 2000' },
  row_value_unreadable: { status: 400, message: 'The cell is not of the type of its column' },
  row_object_unreadable: { status: 400, message: 'The cell is not a JSON object' },
  row_preset: { status: 400, message: 'The row is not what the chosen product exports' },
});
