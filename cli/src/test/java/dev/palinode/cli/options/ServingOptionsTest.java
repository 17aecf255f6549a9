package dev.palinode.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.LoadedModel;
import dev.palinode.testkit.Fixtures;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ServingOptionsTest {
  @Test
  void modelsShareTheMemoryOfTheirCaches_unlessItIsGiven() throws Exception {
    try (LoadedModel model = LoadedModel.open(Fixtures.fixture("models/llama"))) {
      assertThat(cacheTokens(model, 2)).isCloseTo(cacheTokens(model, 1) / 2, within(1L));
      assertThat(cacheTokens(model, 2, "--cache-mib=3"))
          .isEqualTo((3 << 20) / model.cacheBytesPerToken());
    }
  }

  private static long cacheTokens(LoadedModel model, int models, String... args) throws Exception {
    try (ServingOptions options = CommandLine.populateCommand(new ServingOptions(), args)) {
      return options.settings(model, models).limits().maxTokens();
    }
  }
}
