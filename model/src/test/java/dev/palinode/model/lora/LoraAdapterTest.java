package dev.palinode.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraAdapterTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(20, 16, 24, 2, 4, 2, 32);
  private static final LoraSettings SETTINGS =
      new LoraSettings(
          3,
          6,
          false,
          List.of("q_proj", "v_proj", "down_proj"),
          Map.of("embed_tokens", List.of(19)),
          0);
  private static final long[] IDS = {1, 5, 19, 7, 19, 2};

  @TempDir Path folder;

  private Transformer model;

  @BeforeEach
  void initialise() {
    model = Transformer.initialise(CONFIG, 1);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static float[] logits(Transformer model) {
    try (TensorScope scope = TensorScope.open()) {
      return model.logits(model.hiddenStates(Tensors.of(IDS, 1, IDS.length))).toFloats();
    }
  }

  /** An adapter that changes much. */
  private LoraAdapter random(long seed) {
    LoraAdapter adapter = LoraAdapter.create(model, SETTINGS, seed);
    RandomStream random = new RandomStream(seed);
    try (TensorScope scope = TensorScope.open()) {
      for (Tensor weight : adapter.parameters().values()) {
        weight.copyInPlace(Tensors.normal(0, 0.5, random, weight.shape()));
      }
    }
    return adapter;
  }

  @Test
  void newAdapter_changesNothing_andEveryWeightGetsAGradient() {
    float[] before = logits(model);
    try (LoraAdapter adapter = LoraAdapter.create(model, SETTINGS, 3)) {
      model.useAdapters(List.of(adapter));
      assertThat(logits(model)).containsExactly(before, within(1e-6f));

      adapter.setTrainable(true);
      try (TensorScope scope = TensorScope.open()) {
        model.logits(model.hiddenStates(Tensors.of(IDS, 1, IDS.length))).norm().backward();
        adapter
            .parameters()
            .forEach(
                (name, weight) -> {
                  assertThat(weight.gradient()).as(name).isNotNull();
                  // A's gradient is 0 as long as B is 0.
                  if (!name.contains("lora_A")) {
                    assertThat(weight.gradient().norm().item()).as(name).isPositive();
                  }
                });
      }
      assertThat(model.parameters().values()).allMatch(weight -> weight.gradient() == null);
    }
  }

  @Test
  void merged_equalsSwitchedOn_equalsTheFormForInference() {
    try (LoraAdapter adapter = random(4)) {
      float[] without = logits(model);
      model.useAdapters(List.of(adapter));
      float[] with = logits(model);
      assertThat(with).isNotEqualTo(without);

      try (Transformer packed = model.forInference(WeightType.F32)) {
        assertThat(logits(packed)).containsExactly(without, within(1e-5f));
        packed.useAdapters(List.of(adapter));
        assertThat(logits(packed)).containsExactly(with, within(1e-4f));
      }

      model.useAdapters(List.of());
      adapter.mergeInto(model);
      assertThat(logits(model)).containsExactly(with, within(1e-4f));
    }
  }

  @Test
  void severalAdapters_updatesAddUp() {
    try (LoraAdapter a = random(5);
        LoraAdapter b = random(6)) {
      float[] base = logits(model);
      model.useAdapters(List.of(a, b));
      float[] both = logits(model);
      model.useAdapters(List.of());
      assertThat(logits(model)).isEqualTo(base);
      model.useAdapters(List.of(b));
      assertThat(logits(model)).isNotEqualTo(both);
      model.useAdapters(List.of());
      a.mergeInto(model);
      model.useAdapters(List.of(b));
      assertThat(logits(model)).containsExactly(both, within(1e-4f));
    }
  }

  @Test
  void savedAndRead_isTheSame() throws IOException {
    try (LoraAdapter adapter = random(8)) {
      PeftFolder.save(adapter, "base", folder);
      model.useAdapters(List.of(adapter));
      float[] expected = logits(model);

      try (LoraAdapter read = PeftFolder.open(folder).load(model)) {
        assertThat(read.settings()).isEqualTo(adapter.settings());
        model.useAdapters(List.of(read));
        assertThat(logits(model)).isEqualTo(expected);
      }
    }
  }

  @Test
  void adapterOfAnotherModel_isRefused_withEveryWeightThatDoesNotFit() throws IOException {
    try (LoraAdapter adapter = random(9);
        Transformer other = Transformer.initialise(ModelConfig.llama(20, 16, 32, 1, 4, 2, 32), 1)) {
      PeftFolder.save(adapter, "base", folder);

      assertThatThrownBy(() -> PeftFolder.open(folder).load(other))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("adapter_model.safetensors")
          .hasMessageContaining("model.layers.0.mlp.down_proj.lora_A.weight is [3, 24]")
          .hasMessageContaining("model.layers.1.self_attn.q_proj.lora_A.weight is left over");
    }
  }

  @Test
  void unknownTarget_orTokenOutsideTheTable_isRefused() {
    assertThatThrownBy(
            () ->
                LoraAdapter.create(
                    model, new LoraSettings(2, 4, false, List.of("qkv_proj"), Map.of(), 0), 1))
        .hasMessageContaining("\"qkv_proj\"")
        .hasMessageContaining("q_proj");
    assertThatThrownBy(
            () ->
                LoraAdapter.create(
                    model,
                    new LoraSettings(
                        2, 4, false, List.of(), Map.of("embed_tokens", List.of(20)), 0),
                    1))
        .hasMessageContaining("has 20: the model has tokens 0 to 19");
    assertThatThrownBy(
            () ->
                LoraAdapter.create(
                    model,
                    new LoraSettings(2, 4, false, List.of(), Map.of("lm_head", List.of(2)), 0),
                    1))
        .hasMessageContaining("the model's head is its embedding");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use_dora | true | use_dora is true",
        "bias | \"all\" | bias is \"all\"",
        "peft_type | \"IA3\" | peft_type is \"IA3\"",
        "r | 0 | r is 0",
        "r | \"x\" | r is \"x\"",
        "lora_alpha | null | lora_alpha is null",
        "lora_dropout | \"x\" | lora_dropout is \"x\"",
        "lora_dropout | 1.5 | lora_dropout is 1.5",
        "modules_to_save | [\"lm_head\"] | modules_to_save",
        "trainable_token_indices | [1.5] | trainable_token_indices has 1.5",
        "trainable_token_indices | {\"wte\": [1]} | names \"wte\"",
      })
  void badConfig_namesFileAndField(String field, String value, String message) throws IOException {
    try (LoraAdapter adapter = random(10)) {
      PeftFolder.save(adapter, "base", folder);
    }
    Path file = folder.resolve("adapter_config.json");
    ObjectNode json = JsonFiles.readObject(file);
    json.set(field.trim(), new com.fasterxml.jackson.databind.ObjectMapper().readTree(value));
    Files.writeString(file, JsonFiles.write(json));

    assertThatThrownBy(() -> PeftFolder.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("adapter_config.json")
        .hasMessageContaining(message.trim());
  }

  @Test
  void alphaPattern_countsForTheLayersItMatches() throws IOException {
    try (LoraAdapter adapter = random(11)) {
      PeftFolder.save(adapter, "base", folder);
    }
    Path file = folder.resolve("adapter_config.json");
    ObjectNode json = JsonFiles.readObject(file);
    json.putObject("alpha_pattern").put("layers.1.mlp.down_proj", 12);
    Files.writeString(file, JsonFiles.write(json));
    try (TensorScope scope = TensorScope.withoutGradients();
        LoraAdapter adapter = PeftFolder.open(folder).load(model)) {
      Tensor x = Tensors.full(1, DType.F32, 1, 24);
      for (int layer = 0; layer < 2; layer++) {
        String name = "model.layers." + layer + ".mlp.down_proj";
        Tensor a = adapter.parameters().get(name + ".lora_A.weight");
        Tensor b = adapter.parameters().get(name + ".lora_B.weight");
        Tensor product = x.matmul(a.transpose(0, 1)).matmul(b.transpose(0, 1));
        assertThat(adapter.delta(name, x).toFloats())
            .containsExactly(product.times(layer == 1 ? 4 : 2).toFloats(), within(1e-4f));
      }
    }
  }
}
