/** Tell whether the inputs differ from those of the last call. */
export function createChange(): (...inputs: unknown[]) => boolean {
  let last: unknown[] | null = null;
  return (...inputs) => {
    const changed = last?.length !== inputs.length || inputs.some((input, index) => input !== last?.[index]);
    last = inputs;
    return changed;
  };
}

/** Make anew only what has other inputs than the last time. */
export function createMemo<Inputs extends unknown[], Output>(
  make: (...inputs: Inputs) => Output,
): (...inputs: Inputs) => Output {
  const changed = createChange();
  let made: Output;
  return (...inputs) => {
    if (changed(...inputs)) made = make(...inputs);
    return made;
  };
}
