/** Views whose data are their JSON: all of it but the word that tells views apart. */
export function withoutKind({ kind: _, ...data }: { readonly kind: string }): unknown {
  return data;
}
