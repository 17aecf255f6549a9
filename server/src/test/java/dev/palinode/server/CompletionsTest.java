package dev.palinode.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode complete(String fields) throws Exception {
    HttpResponse<String> response =
        server.post("/v1/completions", "{\"model\":\"parrot\",\"temperature\":0," + fields + "}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  private static List<String> texts(JsonNode response) {
    List<String> texts = new ArrayList<>();
    response.get("choices").forEach(choice -> texts.add(choice.get("text").asText()));
    return texts;
  }

  @Test
  void prompts_ofAllForms() throws Exception {
    assertThat(texts(complete("\"prompt\":\"ab\\n\""))).containsExactly("ab");
    assertThat(texts(complete("\"prompt\":[\"ab\\n\",\"c\\n\"]"))).containsExactly("ab", "c");
    assertThat(texts(complete("\"prompt\":[97,98,10]"))).containsExactly("ab");
    assertThat(texts(complete("\"prompt\":[[97,10],[98,10]],\"n\":2")))
        .containsExactly("a", "a", "b", "b");
  }

  @Test
  void settings_areHonoured() throws Exception {
    assertThat(texts(complete("\"prompt\":\"abcabc\\n\",\"stop\":\"ca\""))).containsExactly("ab");
    assertThat(texts(complete("\"prompt\":\"abc\\n\",\"max_tokens\":2"))).containsExactly("ab");
    JsonNode cut = complete("\"prompt\":\"x99\\n\"");
    assertThat(texts(cut)).containsExactly("x".repeat(16));
    assertThat(cut.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    // 97 is "a": without it, the model's second choice comes.
    assertThat(texts(complete("\"prompt\":\"ab\\n\",\"logit_bias\":{\"97\":-100}")))
        .containsExactly("bb");
    assertThat(texts(complete("\"prompt\":\"aab\\n\",\"presence_penalty\":2,\"n\":1")))
        .containsExactly("aab");
    assertThat(texts(complete("\"prompt\":\"a~b\\n\",\"palinode\":{\"reset_bias\":-50}")).get(0))
        .startsWith("a");
    JsonNode forbidden = complete("\"prompt\":\"a~b\\n\",\"palinode\":{\"max_resets\":0}");
    assertThat(forbidden.at("/choices/0/palinode/usage/resets").asInt()).isZero();
    // Guidance with the prompt itself as the negative one changes nothing but takes a second row.
    assertThat(
            texts(
                complete(
                    "\"prompt\":\"ab\\n\",\"palinode\":{\"guidance\":{\"negative\":\"ab\\n\",\"scale\":2}}")))
        .containsExactly("ab");
  }

  @Test
  void moreAnswersThanEverFit_areNotWorthAnotherTry() throws Exception {
    int fit = TestServer.ROWS + TestServer.QUEUE;
    String body = "{\"model\":\"parrot\",\"prompt\":\"a\\n\",\"n\":";

    assertThat(server.post("/v1/completions", body + fit + "}").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = server.post("/v1/completions", body + (fit + 1) + "}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(MAPPER.readTree(refused.body()).at("/error/param").asText()).isEqualTo("n");
  }

  @Test
  void aSeed_repeatsAnAnswer() throws Exception {
    String hot = "\"prompt\":\"x9\\n\",\"temperature\":2,\"logit_bias\":{\"120\":-18},\"seed\":";
    String first = texts(complete(hot.replace("\"temperature\":2,", "") + "5")).toString();
    assertThat(texts(complete(hot.replace("\"temperature\":2,", "") + "5"))).hasToString(first);
  }

  @Test
  void withdrawnText_isNotInTheResponse() throws Exception {
    JsonNode response = complete("\"prompt\":\"oops~ab\\n\",\"logprobs\":1");
    assertThat(texts(response)).containsExactly("ab");
    assertThat(response.at("/choices/0/logprobs/tokens").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(response.at("/choices/0/palinode/withdrawn").isMissingNode()).isTrue();
    JsonNode open =
        complete("\"prompt\":\"oops~ab\\n\",\"palinode\":{\"stream_mode\":\"retractable\"}");
    assertThat(open.at("/choices/0/palinode/withdrawn/0/text").asText()).isEqualTo("oops");
  }

  /** As lm-evaluation-harness asks for the log-likelihood of a continuation. */
  @Test
  void echo_givesTheLogLikelihoodOfThePrompt() throws Exception {
    for (int tokens = 0; tokens <= 1; tokens++) {
      JsonNode response =
          complete(
              "\"prompt\":[[97,98,10,97,98]],\"max_tokens\":"
                  + tokens
                  + ",\"logprobs\":1,\"echo\":true,\"seed\":1234");
      JsonNode logprobs = response.at("/choices/0/logprobs");
      JsonNode values = logprobs.get("token_logprobs");
      assertThat(values).hasSize(5 + tokens);
      assertThat(values.get(0).isNull()).isTrue();
      // "a" and "b" after "ab\n" are what the model says; "b" after "a" is not.
      assertThat(values.get(1).asDouble()).isLessThan(-5);
      for (int i = 3; i < 5; i++) {
        assertThat(values.get(i).asDouble()).isBetween(-0.01, 0.0);
        double best =
            logprobs.get("top_logprobs").get(i).properties().stream()
                .mapToDouble(each -> each.getValue().asDouble())
                .max()
                .orElseThrow();
        assertThat(best).isEqualTo(values.get(i).asDouble());
      }
      assertThat(logprobs.get("text_offset").toString()).startsWith("[0,1,2,3,4");
      assertThat(response.at("/usage/completion_tokens").asInt()).isEqualTo(tokens);
    }
  }

  /** They are large, and the same for all answers. */
  @Test
  void logprobsOfAPrompt_areGivenOnce() throws Exception {
    String body =
        "{\"model\":\"parrot\",\"prompt\":\"ab\\n\",\"echo\":true,\"logprobs\":1,\"n\":2}";
    HttpResponse<String> refused = server.post("/v1/completions", body);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(MAPPER.readTree(refused.body()).at("/error/param").asText()).isEqualTo("n");
  }

  @Test
  void echoWithoutLogprobs_repeatsThePrompt() throws Exception {
    assertThat(texts(complete("\"prompt\":\"ab\\n\",\"echo\":true,\"max_tokens\":0")))
        .containsExactly("ab\n");
    assertThat(texts(complete("\"prompt\":\"ab\\n\",\"echo\":true"))).containsExactly("ab\nab");
  }

  @Test
  void metrics_count() throws Exception {
    complete("\"prompt\":\"oops~ab\\n\"");
    server.awaitMetrics(
        "palinode_request_seconds_count",
        "palinode_tokens_total{kind=\"discarded\",model=\"parrot\"}",
        "palinode_undos_total{cause=\"reset\",model=\"parrot\"}",
        "palinode_first_effective_token_seconds_count",
        "palinode_queue{",
        "palinode_batch_rows{",
        "palinode_cache_tokens{",
        "jvm_memory_used_bytes");
    assertThat(server.get("/ready").statusCode()).isEqualTo(200);
  }
}
