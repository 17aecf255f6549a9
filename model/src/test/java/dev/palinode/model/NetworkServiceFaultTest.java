package dev.palinode.model;

import dev.palinode.chat.Message;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.ServiceLoad;
import dev.palinode.model.decoding.TransformerLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The {@link ServiceLoad} on the model that is shipped. */
@Tag("fault")
class NetworkServiceFaultTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("palinode.root", "..")).resolve("models/safety-world");

  private static LoadedModel model;

  @BeforeAll
  static void open() throws IOException {
    model = LoadedModel.open(FOLDER);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void loadOfAllKinds_givesTheAnswersOfRequestsAlone_butForRoundingTies() throws Exception {
    load("a service over the shipped model", model.lm()).run(0.5);
  }

  @Test
  void loadOfAllKinds_batchInvariant_givesTheSameBits() throws Exception {
    load(
            "a service over the shipped model, batch-invariant",
            TransformerLm.batchInvariant(model.network(), 8))
        .run(0.25);
  }

  private static ServiceLoad load(String name, CausalLm lm) throws IOException {
    List<int[]> prompts =
        Files.readAllLines(FOLDER.resolve("prompts.txt")).stream()
            .map(line -> request(line).prompt().toArray())
            .toList();
    int end = request("").stopIds().iterator().next();
    return new ServiceLoad(
        name, lm, model.tokenizer(), prompts, end, model.resetId().orElseThrow());
  }

  private static GenerationRequest request(String prompt) {
    return model.chat(List.of(Message.user(prompt))).build();
  }
}
