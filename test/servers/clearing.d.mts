export function willRemove(folder: string): () => void;
