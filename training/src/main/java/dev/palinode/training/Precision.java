package dev.palinode.training;

/** What a network's products are computed in; weights and their updates are always F32. */
public enum Precision {
  /** Everything in F32. */
  F32,
  /** Products in BF16, norms, softmax and losses in F32: PyTorch's autocast. */
  BF16
}
