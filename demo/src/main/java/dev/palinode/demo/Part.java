package dev.palinode.demo;

/** Which part of the held-out data a model is evaluated on. */
public enum Part {
  /** The part that settings are chosen on. */
  DEVELOPMENT,
  /** The part that tables are made from. */
  TEST
}
