// Is the kernel there? It answers every request; silence says that it is busy or gone.

const PATIENCE = 3000; // milliseconds

export interface Liveness {
  /** A request went out that the kernel will answer. */
  asked(): void;
  /** Anything came from the kernel. */
  heard(): void;
  stop(): void;
}

export function watchLiveness(changed: (silent: boolean) => void): Liveness {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silent = false;
  const say = (now: boolean) => {
    if (now === silent) return;
    silent = now;
    changed(now);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    asked() {
      timer ??= setTimeout(() => say(true), PATIENCE);
    },
    heard() {
      stop();
      say(false);
    },
    stop,
  };
}
