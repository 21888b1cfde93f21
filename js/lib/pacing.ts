// The road of one slider tick: the first move goes at once, then at most one request per animation frame and no
// second one before an answer or 50 ms; a release goes at once.

const PATIENCE = 50; // milliseconds

export interface Pacer<Request> {
  /** The hand moves: the newest request wins. */
  move(request: Request): void;
  /** The hand lets go. */
  release(request: Request): void;
  /** The kernel answered what was sent last. */
  answered(): void;
  stop(): void;
}

export function createPacer<Request>(send: (request: Request) => void): Pacer<Request> {
  let waiting: Request | undefined;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const dispatch = (request: Request) => {
    waiting = undefined;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = requestAnimationFrame(() => {
      frame = 0;
      proceed();
    });
    timer = setTimeout(answered, PATIENCE);
    send(request);
  };
  const proceed = () => {
    if (waiting !== undefined && frame === 0 && timer === undefined) dispatch(waiting);
  };
  const answered = () => {
    clearTimeout(timer);
    timer = undefined;
    proceed();
  };
  return {
    move(request) {
      waiting = request;
      proceed();
    },
    release: dispatch,
    answered,
    stop() {
      waiting = undefined;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      frame = 0;
      timer = undefined;
    },
  };
}
