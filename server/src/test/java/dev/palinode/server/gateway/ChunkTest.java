package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.FinishReason;
import dev.palinode.server.engine.AnswerPart.Alternative;
import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.engine.AnswerPart.Scored;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkTest {
  private static Chunk chunk(String choice) throws Exception {
    return Chunk.of(FakeUpstream.json("{\"choices\": [" + choice + "]}"));
  }

  private static Scored scored(String text, double logprob, Alternative... top) {
    return new Scored(text, OptionalDouble.of(logprob), List.of(top));
  }

  @Test
  void severalTokensInOneChunk_areSeveralPieces() throws Exception {
    Chunk chunk =
        chunk(
            "{\"index\": 0, \"delta\": {\"content\": \"A toad\"}, \"logprobs\": {\"content\": ["
                + "{\"token\": \"A\", \"logprob\": -0.5, \"top_logprobs\": [{\"token\": \"A\","
                + " \"logprob\": -0.5}, {\"token\": \"An\", \"logprob\": -1.5}]},"
                + "{\"token\": \" toad\", \"logprob\": -0.25, \"top_logprobs\": []}]}}");

    assertThat(chunk.pieces(Optional.empty()))
        .containsExactly(
            new Piece(
                "A",
                Optional.of(
                    scored("A", -0.5, new Alternative("A", -0.5), new Alternative("An", -1.5))),
                OptionalDouble.empty()),
            new Piece(" toad", Optional.of(scored(" toad", -0.25)), OptionalDouble.empty()));
  }

  @Test
  void logprobsOfCompletions_areReadToo() throws Exception {
    Chunk chunk =
        chunk(
            "{\"index\": 0, \"text\": \"A\", \"logprobs\": {\"tokens\": [\"A\"], \"text_offset\":"
                + " [0], \"token_logprobs\": [-0.5], \"top_logprobs\": [{\"An\": -1.5,"
                + " \"A\": -0.5}]}}");

    assertThat(chunk.scored())
        .containsExactly(
            scored("A", -0.5, new Alternative("A", -0.5), new Alternative("An", -1.5)));
  }

  @Test
  void idsCountTokens_whereTheirBordersAreUnknown() throws Exception {
    Chunk chunk =
        chunk("{\"index\": 0, \"delta\": {\"content\": \"toads\"}, \"token_ids\": [1, 2]}");

    assertThat(chunk.pieces(Optional.empty())).extracting(Piece::text).containsExactly("", "toads");
  }

  @Test
  void aResetThatTheTextHides_isShownByItsLogprob() throws Exception {
    Chunk chunk =
        chunk(
            "{\"index\": 0, \"delta\": {\"content\": \"\"}, \"logprobs\": {\"content\": ["
                + "{\"token\": \"[RESET]\", \"logprob\": -0.5, \"top_logprobs\": []}]}}");

    assertThat(chunk.pieces(Optional.of("[RESET]")))
        .extracting(Piece::text)
        .containsExactly("[RESET]");
    assertThat(chunk.pieces(Optional.empty())).extracting(Piece::text).containsExactly("");
  }

  @ParameterizedTest
  @CsvSource({"stop, STOP", "eos_token, STOP", "length, LENGTH", "content_filter, REFUSED"})
  void finishReasons_areRead(String reason, FinishReason meant) throws Exception {
    assertThat(
            chunk("{\"index\": 0, \"delta\": {}, \"finish_reason\": \"" + reason + "\"}").finish())
        .hasValue(meant);
  }

  @Test
  void anotherFinishReason_isAFailure() {
    assertThatThrownBy(() -> chunk("{\"index\": 0, \"finish_reason\": \"abort\"}"))
        .hasMessage("an upstream ended the answer early: abort");
  }

  @Test
  void nullFields_areNone() throws Exception {
    Chunk chunk =
        chunk(
            "{\"index\": 0, \"delta\": {\"content\": null, \"role\": \"assistant\"},"
                + " \"logprobs\": null, \"finish_reason\": null}");

    assertThat(chunk.tokens()).isZero();
    assertThat(chunk.finish()).isEmpty();
    assertThat(chunk.pieces(Optional.empty())).isEmpty();
  }
}
