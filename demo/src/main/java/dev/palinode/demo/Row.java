package dev.palinode.demo;

/** A row of an experiment's table: a model and how it is used. */
public interface Row {
  /** Name in paths and result files. */
  String id();

  /** Name in tables; indented if it is the model of the row above, used in another way. */
  String title();
}
