/** A failure that whoever runs the command can mend; its message says how. */
export class Refusal extends Error {
  name = 'Refusal';
}
