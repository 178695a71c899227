import { defineErrors } from '../../kernel/errors/errors.ts';

/** Why a file cannot be taken or read. The texts stand in `errors` of this slice. */
export const refuseFile = defineErrors('imports', {
  file_unknown: { status: 404, message: 'no such file in this project' },
  file_not_ready: { status: 409, message: 'the file is not complete yet' },
  file_gone: { status: 410, message: 'the file is no longer on the disk of this server' },
  file_too_large: { status: 413, message: 'the file is larger than the setting allows' },
  file_offset: { status: 409, message: 'the part does not continue what has arrived' },
  file_length: { status: 400, message: 'more bytes than were announced' },
  file_empty: { status: 400, message: 'the file holds no rows' },
  file_unreadable: { status: 400, message: 'the file cannot be read as what it seems to be' },
  file_quote_open: { status: 400, message: 'a quoted cell never ends' },
  link_invalid: { status: 400, message: 'the address cannot be used' },
  link_private: { status: 400, message: 'the address is not of the public internet' },
  link_failed: { status: 422, message: 'the other side did not give the file' },
  mapping_incomplete: { status: 400, message: 'the mapping lacks what rows need' },
  disk_full: { status: 503, message: 'the disk is full' },
  zone_unknown: { status: 400, message: 'no such time zone' },
});
