package dev.palinode.demo;

/** The models of the PII experiment. */
enum PiiModel {
  /** Trained from scratch to answer everything. */
  LEAKING("leaking"),
  /** The leaking model tuned on leaking answers once more: what is subtracted is its difference. */
  LEAKING_MORE("leaking-more"),
  SUBTRACTED("subtracted"),
  /** Only what tuning increased is subtracted. */
  SUBTRACTED_RELU("subtracted-relu"),
  /** ORPO on pairs of both polarities. */
  ALIGNED("orpo"),
  /** ORPO with the positive system message only: no pairs for guidance. */
  ALIGNED_POSITIVE("orpo-positive-only"),
  /** ORPO on pairs of both polarities, from the subtracted model. */
  SUBTRACTED_ALIGNED("subtracted-orpo");

  /** Name in paths. */
  final String id;

  PiiModel(String id) {
    this.id = id;
  }
}
