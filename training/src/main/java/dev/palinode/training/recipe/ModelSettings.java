package dev.palinode.training.recipe;

import dev.palinode.tensor.Device;
import dev.palinode.training.Precision;
import java.nio.file.Path;

/**
 * The model that a recipe starts from, and how it is run.
 *
 * @param model Hugging Face folder to start from
 * @param output folder for the result and the run's records
 * @param chatFormat how conversations become tokens: {@code default} for the model's own template,
 *     or a named one
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param precision of the network's matrix products
 * @param gradientCheckpointing blocks are recomputed in the backward pass: a third more work, much
 *     less memory
 */
record ModelSettings(
    Path model,
    Path output,
    String chatFormat,
    String device,
    Precision precision,
    boolean gradientCheckpointing) {
  ModelSettings {
    Device.parse(device);
  }
}
