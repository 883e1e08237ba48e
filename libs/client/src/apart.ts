/** A subscriber that fails must not keep the event from the others; it is an error all the same, and nobody's to catch. */
export function apart(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
