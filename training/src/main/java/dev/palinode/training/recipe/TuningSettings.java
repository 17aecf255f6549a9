package dev.palinode.training.recipe;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.lora.LoraSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.Validate;

/**
 * Which weights a recipe trains. The LoRA keys are used if an adapter is trained; the rows of a new
 * reset token are always trained.
 *
 * @param tune all weights, or a LoRA adapter
 * @param loraR rank
 * @param loraAlpha the update is scaled by {@code lora_alpha / lora_r}
 * @param loraDropout fraction of the update's inputs that is dropped in training, 0 to below 1
 * @param loraModules {@code all-linear}, or names such as {@code q_proj, v_proj}
 */
record TuningSettings(
    Tune tune, int loraR, double loraAlpha, double loraDropout, String loraModules) {
  /** All linear layers of the blocks, as PEFT calls them. */
  static final String ALL_LINEAR = "all-linear";

  /** The trained weights. */
  enum Tune {
    /** Every weight. */
    ALL,
    /** A low-rank adapter; the result is a PEFT folder. */
    LORA
  }

  TuningSettings {
    new Checks()
        .require(loraR >= 1, "lora_r", loraR, "1 or more")
        .require(loraAlpha > 0, "lora_alpha", loraAlpha, "above 0")
        .require(loraDropout >= 0 && loraDropout < 1, "lora_dropout", loraDropout, "0 to below 1")
        .done();
  }

  LoraSettings lora(ModelConfig model, Map<String, List<Integer>> tokenRows) {
    return new LoraSettings(loraR, loraAlpha, false, modules(model), tokenRows, loraDropout);
  }

  /** The modules that are adapted, such as {@code q_proj}; refuses those that the model lacks. */
  List<String> modules(ModelConfig model) {
    List<String> known = model.linearModules().stream().sorted().toList();
    if (loraModules.equals(ALL_LINEAR)) {
      return known;
    }
    List<String> chosen = Arrays.stream(loraModules.split(",")).map(String::strip).toList();
    for (String module : chosen) {
      Validate.isTrue(
          known.contains(module),
          "lora_modules names \"%s\": the model has %s; or %s",
          module,
          String.join(", ", known),
          ALL_LINEAR);
    }
    return chosen;
  }
}
