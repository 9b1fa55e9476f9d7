/** Views whose data are their JSON: all of it but the word that tells views apart. */
export function withoutKind(view: { readonly kind: string }): unknown {
  return Object.fromEntries(Object.entries(view).filter(([key]) => key !== "kind"));
}
