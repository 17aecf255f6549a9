package dev.palinode.demo.pii;

import dev.palinode.demo.SeedFolder;
import java.util.List;

/** The models of the PII experiment. */
enum PiiModel {
  /** Trained from scratch to answer everything. */
  LEAKING("leaking", SeedFolder.UNTRAINED, "base", "pretraining"),
  /** The leaking model tuned on leaking answers once more: what is subtracted is its difference. */
  LEAKING_MORE("leaking-more", "leaking", "leak", "leaking"),
  SUBTRACTED("subtracted", "leaking-more", "", ""),
  /** Only what tuning increased is subtracted. */
  SUBTRACTED_RELU("subtracted-relu", "leaking-more", "", ""),
  /** ORPO on pairs of both polarities. */
  ALIGNED("orpo", "leaking", "orpo", "alignment"),
  /** ORPO with the positive system message only: no pairs for guidance, half as many a step. */
  ALIGNED_POSITIVE(
      "orpo-positive-only",
      "leaking",
      "orpo",
      "alignment",
      "guidance_aware=false",
      "batch_size=24"),
  /** ORPO on pairs of both polarities, from the subtracted model. */
  SUBTRACTED_ALIGNED("subtracted-orpo", "subtracted", "orpo", "alignment");

  /** Name in paths. */
  final String id;

  final String from;

  /** Name of the recipe that makes it; empty where it is made by subtraction. */
  final String recipe;

  final String data;
  final List<String> settings;

  PiiModel(String id, String from, String recipe, String data, String... settings) {
    this.id = id;
    this.from = from;
    this.recipe = recipe;
    this.data = data;
    this.settings = List.of(settings);
  }
}
