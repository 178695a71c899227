import { defineErrors } from '../errors/errors.ts';

/** Refusals that every address can give. */
export const refuseHttp = defineErrors('http', {
  invalid_input: { status: 400, message: 'The input does not fit the route' },
  invalid_json: { status: 400, message: 'The body is not JSON' },
  bad_request: { status: 400, message: 'The request could not be read' },
  unsupported_media_type: { status: 415, message: 'Only application/json is taken' },
  too_large: { status: 413, message: 'The body is too large' },
  unknown_route: { status: 404, message: 'No such route' },
  busy: { status: 503, message: 'The process is overloaded' },
  unavailable: { status: 503, message: 'A store is not answering' },
});
