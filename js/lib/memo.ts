/** Tell whether the inputs differ from those of the last call. */
export function createChange(): (...inputs: unknown[]) => boolean {
  let last: unknown[] | null = null;
  return (...inputs) => {
    const changed = last?.length !== inputs.length || inputs.some((input, index) => input !== last?.[index]);
    last = inputs;
    return changed;
  };
}
