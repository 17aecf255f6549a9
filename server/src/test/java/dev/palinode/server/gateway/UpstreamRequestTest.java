package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Negative;
import dev.palinode.server.engine.EngineRequest.Prompt;
import dev.palinode.server.engine.EngineRequest.Text;
import dev.palinode.server.engine.EngineRequest.Tokens;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.server.gateway.Upstream.Model;
import dev.palinode.server.gateway.Upstream.ResetToken;
import dev.palinode.server.gateway.Upstream.Traits;
import dev.palinode.token.TokenIds;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamRequestTest {
  private static final Prompt CHAT =
      new Chat(List.of(Message.system("Be brief."), Message.user("What?")), "");
  private static final Attempt FIRST = new Attempt("", "", false, 50, 5);

  private static Traits traits(UpstreamKind kind) {
    return new Traits(
        kind,
        List.of(new Model("toad", true, kind == UpstreamKind.PALINODE)),
        kind == UpstreamKind.PALINODE
            ? Optional.empty()
            : Optional.of(new ResetToken("[RESET]", OptionalInt.of(7))));
  }

  private static EngineRequest request(
      Prompt prompt, SamplingSettings sampling, Undo undo, Optional<Negative> guidance) {
    return new EngineRequest(
        "toad",
        prompt,
        sampling,
        50,
        List.of("END"),
        5,
        OptionalInt.of(2),
        false,
        undo,
        guidance,
        Optional.empty());
  }

  private static EngineRequest request(Prompt prompt) {
    return request(prompt, SamplingSettings.temperature(0.5), Undo.DEFAULT, Optional.empty());
  }

  private static UpstreamRequest form(UpstreamKind kind, EngineRequest request) {
    GatewaySettings settings =
        Heard.settings(
            List.of(URI.create("http://toad")), GatewaySettings.Resets.DEFAULT, GuardSettings.NONE);
    return new UpstreamRequest(request, traits(kind), settings);
  }

  private static JsonNode body(UpstreamKind kind, EngineRequest request, Attempt attempt)
      throws EngineException {
    return form(kind, request).body(attempt);
  }

  private static JsonNode json(String text) {
    return FakeUpstream.json(text.replace('\'', '"'));
  }

  @Test
  void vllm_isToldEverything() throws Exception {
    assertThat(body(UpstreamKind.VLLM, request(CHAT), FIRST).toString())
        .isEqualTo(
            json("{'model': 'toad', 'stream': true, 'stream_options': {'include_usage': true},"
                    + " 'temperature': 0.5, 'max_tokens': 50, 'seed': 5, 'top_p': 1, 'top_k': -1,"
                    + " 'min_p': 0, 'repetition_penalty': 1, 'stop': ['END'], 'messages':"
                    + " [{'role': 'system', 'content': 'Be brief.'}, {'role': 'user', 'content':"
                    + " 'What?'}], 'logprobs': true, 'top_logprobs': 2, 'skip_special_tokens':"
                    + " false, 'spaces_between_special_tokens': false, 'return_token_ids': true}")
                .toString());
  }

  @Test
  void others_getOpenAisFieldsOnly() throws Exception {
    assertThat(body(UpstreamKind.OPENAI, request(CHAT), FIRST).fieldNames())
        .toIterable()
        .containsExactly(
            "model",
            "stream",
            "stream_options",
            "temperature",
            "max_tokens",
            "seed",
            "stop",
            "messages",
            "logprobs",
            "top_logprobs");
  }

  @Test
  void penalties_haveTheNamesOfTheServer() throws Exception {
    EngineRequest penal =
        request(
            CHAT,
            SamplingSettings.builder().repetitionPenalty(1.5).topK(3).build(),
            Undo.DEFAULT,
            Optional.empty());

    assertThat(body(UpstreamKind.LLAMA_CPP, penal, FIRST).path("repeat_penalty").asDouble())
        .isEqualTo(1.5);
    for (UpstreamKind kind : List.of(UpstreamKind.VLLM, UpstreamKind.PALINODE)) {
      JsonNode body = body(kind, penal, FIRST);
      assertThat(body.path("repetition_penalty").asDouble()).isEqualTo(1.5);
      assertThat(body.path("top_k").asInt()).isEqualTo(3);
      assertThat(body.has("repeat_penalty")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = UpstreamKind.class,
      names = {"VLLM", "SGLANG", "LLAMA_CPP", "PALINODE"})
  void anAnswer_isContinued(UpstreamKind kind) throws Exception {
    Chat begun = new Chat(List.of(Message.user("What?")), "It ");
    JsonNode body = body(kind, request(begun), new Attempt("is a", "Be kind.", false, 9, 6));

    assertThat(body.path("messages"))
        .isEqualTo(
            json(
                "[{'role': 'user', 'content': 'Be kind.\\n\\nWhat?'},"
                    + " {'role': 'assistant', 'content': 'It is a'}]"));
    boolean isTold = kind != UpstreamKind.LLAMA_CPP;
    assertThat(body.path("continue_final_message").asBoolean()).isEqualTo(isTold);
    assertThat(body.path("add_generation_prompt").asBoolean(true)).isEqualTo(!isTold);
    assertThat(body.path("max_tokens").asInt()).isEqualTo(9);
    assertThat(body.path("seed").asInt()).isEqualTo(6);
  }

  @Test
  void texts_areContinuedByEveryServer_tokensByNone() throws Exception {
    Attempt second = new Attempt(" hops", "", false, 9, 6);

    assertThat(
            body(UpstreamKind.OPENAI, request(new Text("A toad")), second).path("prompt").asText())
        .isEqualTo("A toad hops");
    Tokens tokens = new Tokens(TokenIds.of(4, 5));
    assertThat(body(UpstreamKind.VLLM, request(tokens), FIRST).path("prompt"))
        .isEqualTo(json("[4, 5]"));
    assertThat(form(UpstreamKind.VLLM, request(tokens)).canContinue()).isFalse();
  }

  @Test
  void guidance_isForPalinode() throws Exception {
    EngineRequest guided =
        request(
            CHAT,
            SamplingSettings.GREEDY,
            new Undo(-1, OptionalInt.of(0), true),
            Optional.of(new Negative("Be rude.", 2, Guidance.Form.PROBABILITY)));

    assertThat(body(UpstreamKind.PALINODE, guided, FIRST).path("palinode"))
        .isEqualTo(
            json(
                "{'stream_mode': 'retractable', 'reset_bias': -1.0, 'max_resets': 0,"
                    + " 'reset_probability': true, 'guidance': {'negative': 'Be rude.', 'scale': 2.0,"
                    + " 'form': 'probability'}}"));
  }

  private static void refused(UpstreamKind kind, EngineRequest request, String field) {
    assertThatThrownBy(() -> body(kind, request, FIRST))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID);
              assertThat(e.field()).hasValue(field);
            });
  }

  private static EngineRequest sampled(SamplingSettings.Builder sampling, Undo undo) {
    return request(CHAT, sampling.build(), undo, Optional.empty());
  }

  @Test
  void whatAServerCannotDo_isRefusedByName() {
    SamplingSettings.Builder plain = SamplingSettings.builder();
    Undo probability = new Undo(0, OptionalInt.empty(), true);
    Undo bias = new Undo(-1, OptionalInt.empty(), false);
    Negative rude = new Negative("Be rude.", 2, Guidance.Form.LOG);

    refused(UpstreamKind.VLLM, sampled(plain, probability), "palinode.reset_probability");
    refused(
        UpstreamKind.SGLANG,
        request(CHAT, plain.build(), Undo.DEFAULT, Optional.of(rude)),
        "palinode.guidance");
    refused(UpstreamKind.TGI, sampled(plain, bias), "palinode.reset_bias");
    refused(
        UpstreamKind.TGI,
        sampled(SamplingSettings.builder().logitBias(Map.of(3, 1.0)), Undo.DEFAULT),
        "logit_bias");
    refused(
        UpstreamKind.OPENAI, sampled(SamplingSettings.builder().topK(3), Undo.DEFAULT), "top_k");
    refused(
        UpstreamKind.OPENAI, sampled(SamplingSettings.builder().minP(0.1), Undo.DEFAULT), "min_p");
    refused(UpstreamKind.TGI, request(new Chat(List.of(Message.user("What?")), "It")), "messages");
  }

  @Test
  void settingsThatServersDoNotTake_areRefused() {
    EngineRequest hot = sampled(SamplingSettings.builder().temperature(3), Undo.DEFAULT);

    assertThatThrownBy(() -> body(UpstreamKind.VLLM, hot, FIRST))
        .isInstanceOf(EngineException.class)
        .hasMessage("temperature is 3.0: a served model takes 0 to 2");
  }

  @Test
  void biases_areAdded_upToTheLimit() throws Exception {
    Undo bias = new Undo(-30, OptionalInt.empty(), false);

    assertThat(
            body(
                    UpstreamKind.VLLM,
                    sampled(SamplingSettings.builder().logitBias(Map.of(7, -90.0, 8, 1.0)), bias),
                    FIRST)
                .path("logit_bias"))
        .isEqualTo(json("{'7': -100.0, '8': 1.0}"));
  }

  @Test
  void theOperatorsBias_isNotUndoneByTheOppositeOne() throws Exception {
    EngineRequest opposite =
        sampled(SamplingSettings.builder().logitBias(Map.of(7, 8.0)), Undo.DEFAULT);
    GatewaySettings.Resets biased =
        new GatewaySettings.Resets(Optional.empty(), OptionalInt.empty(), 1, -8, false);

    assertThat(form(UpstreamKind.VLLM, opposite, biased).body(FIRST).path("logit_bias"))
        .isEqualTo(json("{'7': 0.0}"));
  }

  private static UpstreamRequest form(
      UpstreamKind kind, EngineRequest request, GatewaySettings.Resets resets) {
    GatewaySettings settings =
        Heard.settings(List.of(URI.create("http://toad")), resets, GuardSettings.NONE);
    return new UpstreamRequest(request, traits(kind), settings);
  }

  /** The upstream would cut the token off, and the gateway would never see it. */
  @ParameterizedTest
  @ValueSource(strings = {"[RESET]", "RESET", "so [RES", "]\n", "is [RESET] now"})
  void aStopTextThatMeetsTheResetToken_isRefused(String stop) throws Exception {
    EngineRequest stopping = stopping(stop);

    refused(UpstreamKind.VLLM, stopping, "stop");
    assertThat(body(UpstreamKind.PALINODE, stopping, FIRST).path("stop")).hasSize(1);
  }

  @Test
  void otherStopTexts_arePassedOn() throws Exception {
    for (String stop : List.of("\n\n", "RESETS", "[END]x", "a]b")) {
      assertThat(body(UpstreamKind.VLLM, stopping(stop), FIRST).path("stop")).hasSize(1);
    }
  }

  private static EngineRequest stopping(String stop) {
    return new EngineRequest(
        "toad",
        CHAT,
        SamplingSettings.GREEDY,
        50,
        List.of(stop),
        5,
        OptionalInt.empty(),
        false,
        Undo.DEFAULT,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aContinuedMessageThatSpellsTheToken_isRefused() {
    refused(
        UpstreamKind.VLLM, request(new Chat(List.of(Message.user("?")), "It [RESET]")), "messages");
  }
}
