package dev.palinode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.TokenLogProbabilities;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that was added and trained in an adapter, on a base that never had it. */
class AddedTokenTest {
  private static final String TOKEN = "[TAKE_BACK]"; // the fixtures have a reset token already
  private static final LoadOptions EXACT = LoadOptions.DEFAULT.withWeights(WeightType.F32);

  private final int added = Fixtures.vocabSize();
  private final long[] ids = {
    Fixtures.tokenId("<|begin_of_text|>"), 5, 90, added, 300, 12, added, 7
  };

  @TempDir Path folder;

  /** The fixture with its weights stored in F32, so that merging rounds nothing. */
  private Path base(String name) throws IOException {
    Path original = Fixtures.fixture("models/" + name);
    Path base = folder.resolve("base");
    TokenizerFiles.copy(original, base);
    try (Transformer model = Checkpoint.open(original).load()) {
      ObjectNode json = JsonFiles.readObject(original.resolve("config.json"));
      json.put("dtype", "float32");
      Files.writeString(base.resolve("config.json"), JsonFiles.write(json));
      Checkpoint.open(base).save(model, base);
    }
    return base;
  }

  private static LoraSettings settings(Map<String, List<Integer>> rows) {
    return new LoraSettings(4, 8, false, List.of("q_proj", "v_proj", "down_proj"), rows, 0);
  }

  private Map<String, List<Integer>> rowsOf(Transformer model) {
    return model.config().tiedEmbeddings()
        ? Map.of("embed_tokens", List.of(added))
        : Map.of("embed_tokens", List.of(added), "lm_head", List.of(added));
  }

  private float[] logits(Transformer model) {
    try (TensorScope scope = TensorScope.open()) {
      return model.logits(model.hiddenStates(Tensors.of(ids, 1, ids.length))).toFloats();
    }
  }

  /** Trains an adapter with a new token and saves it; returns the logits that it learnt. */
  private float[] train(Path base, Path adapterFolder) throws IOException {
    try (Transformer model = Checkpoint.open(base).load()) {
      model.addToken(added);
      float[] before = logits(model);
      try (LoraAdapter adapter = LoraAdapter.create(model, settings(rowsOf(model)), 1);
          AdamW optimizer =
              new AdamW(
                  List.of(new AdamW.Group(List.copyOf(adapter.parameters().values()), 0.01)),
                  new AdamW.Settings(0.9, 0.999, 1e-8))) {
        model.useAdapters(List.of(adapter));
        adapter.setTrainable(true);
        for (int step = 0; step < 5; step++) {
          try (TensorScope scope = TensorScope.open()) {
            Tensor hidden = model.hiddenStates(Tensors.of(ids, 1, ids.length)).select(0, 0);
            int last = ids.length - 1;
            Tensor next = Tensors.of(ids, ids.length).narrow(0, 1, last);
            TokenLogProbabilities.of(model, hidden.narrow(0, 0, last), next)
                .mean(0)
                .negate()
                .backward();
            optimizer.step(0.02);
            adapter.parameters().values().forEach(Tensor::clearGradient);
          }
        }
        adapter.setTrainable(false);
        float[] trained = logits(model);
        assertThat(trained).isNotEqualTo(before);
        int id = TokenizerFiles.copyWithSpecialToken(base, adapterFolder, TOKEN);
        assertThat(id).isEqualTo(added);
        PeftFolder.save(adapter, base.toString(), adapterFolder);
        return trained;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-tied"})
  void onTheOriginalBase_andMerged_computesWhatWasTrained(String name) throws IOException {
    Path base = base(name);
    Path adapter = folder.resolve("adapter");
    float[] trained = train(base, adapter);

    try (LoadedModel loaded = LoadedModel.open(base, EXACT, List.of(adapter))) {
      assertThat(loaded.tokenizer().idOf(TOKEN)).hasValue(added);
      assertThat(loaded.network().config().vocabSize()).isEqualTo(added + 1);
      assertThat(logits(loaded.network())).containsExactly(trained, within(1e-3f));
    }

    Path merged = folder.resolve("merged");
    new AdapterMerge(base, List.of(adapter)).write(merged, line -> {});
    assertThat(Checkpoint.open(merged).config().vocabSize()).isEqualTo(added + 1);
    try (LoadedModel loaded = LoadedModel.open(merged, EXACT, List.of())) {
      assertThat(loaded.tokenizer().idOf(TOKEN)).hasValue(added);
      assertThat(logits(loaded.network())).containsExactly(trained, within(1e-3f));
    }
    assertThat(Checkpoint.open(base).config().vocabSize()).as("the base stays").isEqualTo(added);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-tied"})
  void switchedOff_theTokenHasTheRowThatTrainingBeganWith(String name) throws IOException {
    Path base = base(name);
    Path adapter = folder.resolve("adapter");
    train(base, adapter);
    try (Transformer model = Checkpoint.open(base).load();
        LoadedModel loaded = LoadedModel.open(base, EXACT, List.of(adapter))) {
      model.addToken(added);
      loaded.network().useAdapters(List.of());
      assertThat(logits(loaded.network())).containsExactly(logits(model), within(1e-3f));
    }
  }

  @Test
  void rowsThatLeaveAGap_orAreOfOneTableOnly_areRefused() throws IOException {
    Path base = base("llama");
    for (Map<String, List<Integer>> rows :
        List.of(
            Map.of("embed_tokens", List.of(added)),
            Map.of("embed_tokens", List.of(added + 1), "lm_head", List.of(added + 1)))) {
      Path adapter = folder.resolve("adapter");
      try (Transformer model = Checkpoint.open(base).withTokens(added + 2).load();
          LoraAdapter created = LoraAdapter.create(model, settings(rows), 1)) {
        PeftFolder.save(created, "base", adapter);
      }
      assertThatThrownBy(() -> LoadedModel.open(base, EXACT, List.of(adapter)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the model has tokens 0 to " + (added - 1))
          .hasMessageContaining("without a gap");
    }
  }

  @Test
  void fewerTokensThanTheFilesHave_areRefused() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.fixture("models/llama"));
    assertThatThrownBy(() -> checkpoint.withTokens(added - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has " + added + " already");
  }
}
