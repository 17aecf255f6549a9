package dev.palinode.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamModesTest {
  private static TestServer server;

  @BeforeAll
  @BeforeContainer
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  @AfterContainer
  static void stop() {
    server.close();
  }

  private static StreamedAnswer chat(String says, String palinode) throws Exception {
    return StreamedAnswer.of(
        server
            .post(
                "/v1/chat/completions",
                String.format(
                    Locale.ROOT,
                    "{\"model\":\"parrot\",\"stream\":true,\"temperature\":0,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],"
                        + "\"palinode\":{%s}}",
                    says,
                    palinode))
            .body());
  }

  private static String visible(String script) {
    return script.substring(script.lastIndexOf('~') + 1);
  }

  @Property(tries = 60)
  void aClientThatRetracts_endsWithTheVisibleText(
      @ForAll @StringLength(min = 1, max = 40) @CharRange(from = 'a', to = 'e') @Chars('~')
          String script,
      @ForAll @IntRange(max = 5) int window)
      throws Exception {
    if (script.chars().filter(c -> c == '~').count() > 8) {
      return; // more resets than the model may
    }
    StreamedAnswer answer = chat(script, "\"stream_mode\":\"retractable\",\"hold_back\":" + window);

    assertThat(answer.shown()).isEqualTo(visible(script));
    assertThat(answer.finish()).isEqualTo("stop");
    assertThat(answer.done()).isTrue();
    List<Integer> ids =
        answer.chunks().stream()
            .map(chunk -> chunk.at("/palinode/retraction/id"))
            .filter(id -> !id.isMissingNode())
            .map(JsonNode::asInt)
            .toList();
    assertThat(ids).hasSize((int) script.chars().filter(c -> c == '~').count());
    assertThat(ids).isSorted();
  }

  /** What an undo withdraws was sent only if it was longer than the window. */
  @Property(tries = 60)
  void aPlainClient_endsWithTheVisibleText_orWithAnError(
      @ForAll @StringLength(min = 1, max = 30) @CharRange(from = 'a', to = 'e') String first,
      @ForAll @StringLength(max = 30) @CharRange(from = 'a', to = 'e') String second,
      @ForAll @IntRange(max = 12) int window)
      throws Exception {
    StreamedAnswer answer = chat(first + "~" + second, "\"hold_back\":" + window);

    if (first.length() > window) {
      assertThat(answer.error()).isEqualTo("answer_withdrawn");
      assertThat(answer.finish()).isEmpty();
      assertThat(answer.done()).isFalse();
      assertThat(answer.shown()).isEqualTo(first.substring(0, first.length() - window));
    } else {
      assertThat(answer.shown()).isEqualTo(second);
      assertThat(answer.finish()).isEqualTo("stop");
    }
  }

  @Property(tries = 30)
  void aBufferedStream_neverSendsWhatIsWithdrawn(
      @ForAll @StringLength(min = 1, max = 60) @CharRange(from = 'a', to = 'e') String first)
      throws Exception {
    StreamedAnswer answer = chat(first + "~ok", "\"stream_mode\":\"buffered\"");

    assertThat(answer.shown()).isEqualTo("ok");
    assertThat(answer.finish()).isEqualTo("stop");
  }

  @Test
  void retraction_saysWhatWhereAndWhy() throws Exception {
    StreamedAnswer answer =
        chat("abc~de", "\"stream_mode\":\"retractable\",\"reset_probability\":true");

    JsonNode retraction =
        answer.chunks().stream()
            .filter(chunk -> chunk.at("/palinode").has("retraction"))
            .findFirst()
            .orElseThrow();
    assertThat(retraction.at("/palinode/retraction").toString())
        .isEqualTo("{\"id\":1,\"from\":0,\"text\":\"abc\",\"cause\":\"reset\",\"reason\":\"\"}");
    assertThat(retraction.at("/palinode/reset_probability").asDouble()).isGreaterThan(0.99);
    assertThat(retraction.at("/choices/0/delta").size()).isZero();
    JsonNode last = answer.chunks().get(answer.chunks().size() - 1);
    assertThat(last.at("/palinode/withdrawn/0/text").asText()).isEqualTo("abc");
    assertThat(last.at("/palinode/usage/discarded_tokens").asInt()).isEqualTo(3);
    assertThat(last.at("/palinode/usage/resets").asInt()).isEqualTo(1);
    // One chunk for each token, each with P(reset).
    long texts =
        answer.chunks().stream()
            .filter(chunk -> !chunk.at("/choices/0/delta/content").asText("").isEmpty())
            .peek(chunk -> assertThat(chunk.at("/palinode/reset_probability").isNumber()).isTrue())
            .count();
    assertThat(texts).isEqualTo(5);
  }

  @Test
  void unsafeText_isNeverSent_andTheRefusalSaysWhy() throws Exception {
    try (TestServer guarded = new TestServer(ServerSettings.DEFAULT, true)) {
      String body =
          "{\"model\":\"parrot\",\"stream\":true,\"temperature\":0,"
              + "\"messages\":[{\"role\":\"user\",\"content\":\"fine and bad bad bad\"}],"
              + "\"palinode\":{\"stream_mode\":\"retractable\"}}";
      StreamedAnswer answer = StreamedAnswer.of(guarded.post("/v1/chat/completions", body).body());

      String everSent =
          answer.chunks().stream()
              .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
              .reduce("", String::concat);
      assertThat(everSent).isEqualTo("fine and no.");
      assertThat(answer.shown()).isEqualTo("no.");
      assertThat(answer.finish()).isEqualTo("content_filter");
      JsonNode last = answer.chunks().get(answer.chunks().size() - 1);
      assertThat(last.at("/palinode/finish").asText()).isEqualTo("refused");
      assertThat(last.at("/palinode/detail").asText()).contains("guards objected");

      String plain = body.replace("retractable", "buffered");
      for (String each : List.of(plain, plain.replace("\"stream\":true,", ""))) {
        assertThat(guarded.post("/v1/chat/completions", each).body())
            .contains("\"finish\":\"refused\",\"detail\":\"\"")
            .doesNotContainPattern("\\bbad\\b"); // ids may have these letters
      }

      String without = body.replace("\"retractable\"", "\"buffered\",\"guards\":[]");
      assertThat(guarded.post("/v1/chat/completions", without).body())
          .contains("the operator allows no guard to be left out: words");
    }
  }

  @Test
  void choices_areKeptApart_andUsageAddsUp() throws Exception {
    String body =
        server
            .post(
                "/v1/completions",
                "{\"model\":\"parrot\",\"prompt\":[\"abc\\n\",\"de\\n\"],\"n\":2,\"stream\":true,"
                    + "\"stream_options\":{\"include_usage\":true},\"temperature\":0}")
            .body();
    StreamedAnswer answer = StreamedAnswer.of(body);

    for (int index = 0; index < 4; index++) {
      int choice = index;
      String text =
          answer.chunks().stream()
              .filter(chunk -> chunk.at("/choices/0/index").asInt(-1) == choice)
              .map(chunk -> chunk.at("/choices/0/text").asText())
              .reduce("", String::concat);
      assertThat(text).isEqualTo(index < 2 ? "abc" : "de");
    }
    JsonNode usage = answer.chunks().get(answer.chunks().size() - 1);
    assertThat(usage.get("choices")).isEmpty();
    // Each prompt once; each answer with the token that ended it.
    assertThat(usage.at("/usage/prompt_tokens").asInt()).isEqualTo(4 + 3);
    assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(2 * 4 + 2 * 3);
    assertThat(
            StreamSupport.stream(answer.chunks().spliterator(), false)
                .filter(chunk -> chunk.at("/choices/0/finish_reason").isTextual()))
        .hasSize(4);
  }
}
