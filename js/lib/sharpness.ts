// Pixels per CSS pixel change when the page moves to another screen, or is zoomed.

export function followSharpness(changed: () => void, signal: AbortSignal): void {
  const wait = () => {
    if (signal.aborted) return;
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const moved = () => {
      changed();
      wait();
    };
    query.addEventListener("change", moved, { once: true, signal });
  };
  wait();
}
