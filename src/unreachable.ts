/** Closes a switch over a union: a member without a branch does not compile. */
export function unreachable(value: never): never {
  throw new Error(`not a member of its union: ${JSON.stringify(value)}`);
}
