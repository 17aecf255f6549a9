package dev.palinode.model.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.network.Transformer;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real, trained model tells the story that it is known for. */
class Stories260kTest {
  private static final Path MODEL = Path.of("stories260K");

  @Test
  void greedyStory_andFirstLogits_areThePublishedOnes() throws IOException {
    Path model = Fixtures.model(MODEL.resolve("hf").toString());
    JsonNode golden = Fixtures.json(model.resolveSibling("golden.json"));
    int[] ids = Fixtures.ids(golden.path("greedy_ids"));
    try (Transformer network = Checkpoint.open(model).load();
        Tokenizer tokenizer = HuggingFaceTokenizer.open(model)) {
      TransformerLm lm = new TransformerLm(network);

      int[] prompt = {ids[0]};
      Finished story =
          (Finished)
              new Decoder(lm, 1)
                  .generate(
                      List.of(
                          GenerationRequest.builder(prompt).maxNewTokens(ids.length - 1).build()))
                  .get(0);

      int[] raw = story.transcript().raw();
      assertThat(raw).isEqualTo(java.util.Arrays.copyOfRange(ids, 1, ids.length));
      assertThat(tokenizer.decode(raw, true).strip())
          .isEqualTo(golden.path("greedy_text").asText().strip());
      assertFirstLogits(lm, prompt, golden.path("logits_position_0"));
    }
  }

  private static void assertFirstLogits(TransformerLm lm, int[] prompt, JsonNode golden) {
    try (SequenceBatch batch = lm.newBatch()) {
      float[] logits = batch.forward(new int[] {batch.add()}, new int[][] {prompt})[0];
      assertThat(logits).hasSize(golden.size());
      for (int id = 0; id < logits.length; id++) {
        assertThat(logits[id]).isCloseTo((float) golden.path(id).asDouble(), within(2e-4f));
      }
    }
  }
}
