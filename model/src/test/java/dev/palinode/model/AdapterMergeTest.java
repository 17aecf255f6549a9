package dev.palinode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterMergeTest {
  @TempDir Path folder;

  private static Path base() {
    return Fixtures.fixture("models/llama");
  }

  private static Path adapter() {
    return Fixtures.fixture("lora/adapter");
  }

  /** The same adapter again, with a tokenizer and a chat template of its own. */
  private Path another() throws IOException {
    Path copy = folder.resolve("another");
    TokenizerFiles.copy(base(), copy);
    for (String name : List.of(PeftFolder.CONFIG, PeftFolder.WEIGHTS)) {
      Files.copy(adapter().resolve(name), copy.resolve(name));
    }
    Files.writeString(
        copy.resolve(TokenizerFiles.CHAT_TEMPLATE),
        "{% for m in messages %}{{ m.content }}<|eot_id|>{% endfor %}");
    return copy;
  }

  private static float[] logits(Path model, List<Path> adapters) throws IOException {
    long[] ids = {Fixtures.tokenId("<|begin_of_text|>"), 5, 90, 300};
    try (TensorScope scope = TensorScope.open();
        LoadedModel loaded = LoadedModel.open(model, LoadOptions.DEFAULT, adapters)) {
      return loaded
          .network()
          .logits(loaded.network().hiddenStates(Tensors.of(ids, 1, ids.length)))
          .toFloats();
    }
  }

  @Test
  void severalAdapters_addUp_asWhenSwitchedOn() throws IOException {
    List<Path> adapters = List.of(adapter(), another());
    Path merged = folder.resolve("merged");
    List<String> progress = new ArrayList<>();

    new AdapterMerge(base(), adapters).write(merged, progress::add);

    float[] expected = logits(base(), adapters);
    assertThat(logits(merged, List.of())).containsExactly(expected, within(5e-4f));
    assertThat(logits(base(), List.of(adapter()))).isNotEqualTo(expected);
    assertThat(progress)
        .containsExactly(
            "reading " + base(),
            "merging " + adapter(),
            "merging " + adapters.get(1),
            "writing " + merged);
    assertThat(merged.resolve(TokenizerFiles.CHAT_TEMPLATE))
        .as("comes with the tokenizer")
        .hasSameTextualContentAs(adapters.get(1).resolve(TokenizerFiles.CHAT_TEMPLATE));
    assertThat(merged.resolve(TokenizerFiles.GENERATION_CONFIG)).isRegularFile();
    assertThat(TokenizerSummary.of(merged).template().file()).hasValue("chat_template.jinja");
    assertThat(TokenizerSummary.of(merged).template().problem()).isEmpty();
  }

  @Test
  void mistakes_areToldBeforeAnythingIsWritten() throws IOException {
    Path target = folder.resolve("merged");
    Path another = another();
    assertThatThrownBy(() -> new AdapterMerge(base(), List.of()))
        .hasMessageContaining("no adapter is given");
    AdapterMerge merge = new AdapterMerge(base(), List.of(another));
    for (Path input : List.of(base(), another)) {
      assertThatThrownBy(() -> merge.write(input, line -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("name another folder");
    }
    TokenizerFiles.copyWithSpecialToken(another, another, "[MORE]");
    assertThatThrownBy(() -> merge.write(target, line -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the base model that it was trained on");
    assertThatThrownBy(
            () ->
                new AdapterMerge(Fixtures.fixture("models/qwen3"), List.of(adapter()))
                    .write(target, line -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not fit the model");
    assertThat(target).doesNotExist();
  }
}
