/**
 * Parts that are loaded when they are first asked for: a cold function starts with what a lookup needs and nothing else.
 */

/** What `load` makes, once somebody asks for it; while loading fails, each one who asks tries again. */
export function whenAsked<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
}
