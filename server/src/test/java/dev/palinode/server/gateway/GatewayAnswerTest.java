package dev.palinode.server.gateway;

import static dev.palinode.server.gateway.FakeUpstream.deltas;
import static dev.palinode.server.gateway.FakeUpstream.dribbles;
import static dev.palinode.server.gateway.FakeUpstream.hangsAfter;
import static dev.palinode.server.gateway.FakeUpstream.raw;
import static dev.palinode.server.gateway.FakeUpstream.says;
import static dev.palinode.server.gateway.FakeUpstream.stream;
import static dev.palinode.server.gateway.Heard.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.guard.Guard;
import dev.palinode.guard.PatternGuard;
import dev.palinode.guard.Verdict;
import dev.palinode.server.engine.AnswerPart.Retraction;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Text;
import dev.palinode.server.engine.EngineRequest.Tokens;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.testkit.ScriptedServer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAnswerTest {
  private static GatewayEngine engine(FakeUpstream upstream) {
    return Heard.gateway(
        List.of(upstream.base()), GatewaySettings.Resets.DEFAULT, GuardSettings.NONE);
  }

  private static GatewayEngine guarded(FakeUpstream upstream, Guard guard, int maxUndos) {
    GuardSettings guards =
        new GuardSettings(
            Map.of("words", conversation -> guard),
            true,
            2,
            maxUndos,
            "I cannot say.",
            "Be kind.",
            Duration.ofSeconds(5));
    return Heard.gateway(List.of(upstream.base()), GatewaySettings.Resets.DEFAULT, guards);
  }

  private static Heard ask(FakeUpstream upstream, EngineRequest request) throws Exception {
    try (GatewayEngine engine = engine(upstream)) {
      return Heard.answer(engine, request);
    }
  }

  private static Undo resets(int most) {
    return new Undo(0, OptionalInt.of(most), false);
  }

  private static EngineRequest chat(String user, Undo undo) {
    return request(new Chat(List.of(Message.user(user)), ""), 50, undo);
  }

  private static String lastMessage(JsonNode body) {
    return body.path("messages").path(body.path("messages").size() - 1).path("content").asText();
  }

  // Answers

  @Test
  void anAnswer_comesAsItIsGenerated() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("A ", "tøad ", "🐸."))) {
      Heard heard = ask(upstream, request("What is it?"));

      assertThat(heard.pieces()).extracting("text").containsExactly("A ", "tøad ", "🐸.");
      assertThat(heard.end().finish()).isEqualTo(FinishReason.STOP);
      assertThat(heard.end().usage().promptTokens()).isEqualTo(3);
      assertThat(heard.end().usage().sampledTokens()).isEqualTo(3);
      assertThat(heard.end().usage().toFirstEffectiveToken()).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void bordersOfChunks_doNotMatter(String lineEnd) throws Exception {
    String stream = ": ping\n\n" + stream("A tø", "ad [RE", "SE", "T]A 🐸").replace(" {\"", "{\"");

    try (FakeUpstream upstream =
        new FakeUpstream("sglang", dribbles(stream.replace("\n", lineEnd)))) {
      Heard heard = ask(upstream, request("What is it?"));

      assertThat(heard.text()).isEqualTo("A 🐸");
      assertThat(heard.shown()).isEqualTo("A tøad A 🐸");
    }
  }

  @Test
  void aStreamWithoutDone_isWholeOnceItHasAFinishReason() throws Exception {
    String whole = stream("A ", "toad.").replace("data: [DONE]\n\n", "");

    try (FakeUpstream upstream = new FakeUpstream("vllm", raw(whole))) {
      assertThat(ask(upstream, request("What?")).text()).isEqualTo("A toad.");
    }
  }

  @Test
  void aStreamThatEndsEarly_isAFailure_notAnAnswer() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", raw(deltas("A ", "to")))) {
      assertThat(ask(upstream, request("What?")).failure())
          .hasMessage("an upstream ended before its answer did");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\": {\"message\": \"the engine died\", \"code\": 500}}",
        "{\"object\": \"error\", \"message\": \"the engine died\"}",
        "{\"error\": \"the engine died\", \"error_type\": \"generation\"}"
      })
  void anErrorAmongTheEvents_isAFailure(String error) throws Exception {
    String stream = deltas("A ") + "data: " + error + "\n\n";

    try (FakeUpstream upstream = new FakeUpstream("vllm", raw(stream))) {
      Heard heard = ask(upstream, request("What?"));

      assertThat(heard.failure().kind()).isEqualTo(Kind.UPSTREAM);
      assertThat(heard.failure()).hasMessage("an upstream failed: \"the engine died\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON", "[]", "{\"choices\": [{\"index\": 1}]}", "{}"})
  void anEventThatIsNoAnswer_isAFailure(String event) throws Exception {
    String stream = deltas("A ") + "data: " + event + "\n\n";

    try (FakeUpstream upstream = new FakeUpstream("vllm", raw(stream))) {
      assertThat(ask(upstream, request("What?")).failure().kind()).isEqualTo(Kind.UPSTREAM);
    }
  }

  // Resets

  @Test
  void aReset_withdrawsWhatWasShown() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream("vllm", says("Toads ", "bite", "[RESET]", "No."))) {
      Heard heard = ask(upstream, request("Do toads bite?"));

      assertThat(heard.text()).isEqualTo("No.");
      assertThat(heard.retractions()).hasSize(1);
      Retraction only = heard.retractions().get(0);
      assertThat(only.text()).isEqualTo("Toads bite");
      assertThat(only.pieces()).isEqualTo(2);
      assertThat(only.cause()).isEqualTo(UndoCause.RESET);
      assertThat(heard.end().usage().resets()).isEqualTo(1);
      assertThat(heard.end().usage().discardedTokens()).isEqualTo(2);
      assertThat(upstream.asked().get(0).path("skip_special_tokens").asBoolean(true)).isFalse();
    }
  }

  @Test
  void tokenIds_tellTheTokenFromItsText() throws Exception {
    String spelled =
        "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"say [RESET]\"},"
            + " \"token_ids\": [1, 2, 3]}]}\n\n";
    String sampled =
        "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"[RESET]no\"},"
            + " \"token_ids\": [7, 4]}]}\n\n";

    try (FakeUpstream upstream = new FakeUpstream("vllm", raw(spelled + stream()))) {
      assertThat(ask(upstream, request("What?")).text()).isEqualTo("say [RESET]");
    }
    try (FakeUpstream upstream = new FakeUpstream("vllm", raw(spelled + sampled + stream()))) {
      assertThat(ask(upstream, request("What?")).text()).isEqualTo("no");
    }
  }

  @Test
  void oneResetTooMany_goesOnWithoutIt_withTheTokenForbidden() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            "sglang", says("bad", "[RESET]", "Good", "[RESET]", "lost"), says(" end."))) {
      Heard heard = ask(upstream, chat("What?", resets(1)));

      assertThat(heard.text()).isEqualTo("Good end.");
      assertThat(heard.end().usage().resets()).isEqualTo(1);
      JsonNode second = upstream.asked().get(1);
      assertThat(lastMessage(second)).isEqualTo("bad[RESET]Good");
      assertThat(second.path("continue_final_message").asBoolean()).isTrue();
      assertThat(second.path("add_generation_prompt").asBoolean(true)).isFalse();
      assertThat(second.path("logit_bias").path("7").asDouble()).isEqualTo(-100);
      assertThat(second.path("max_tokens").asInt()).isLessThan(50);
    }
  }

  @Test
  void oneResetTooMany_isRefused_whereTheAnswerCannotBeContinued() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("someone", says("bad[RESET]Good[RESET]lost"))) {
      GatewaySettings.Resets named =
          new GatewaySettings.Resets(Optional.of("[RESET]"), OptionalInt.empty(), 1, 0, false);
      try (GatewayEngine engine =
          Heard.gateway(List.of(upstream.base()), named, GuardSettings.NONE)) {
        Heard heard = Heard.answer(engine, request("What?"));

        assertThat(heard.text()).isEmpty();
        assertThat(heard.end().finish()).isEqualTo(FinishReason.REFUSED);
        assertThat(heard.end().detail()).isEqualTo("the model reset 2 times, 1 allowed");
      }
    }
  }

  @Test
  void withoutResets_theTokenIsForbiddenFromTheStart() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("Good."))) {
      ask(upstream, chat("What?", resets(0)));
      ask(upstream, chat("What?", new Undo(-2, OptionalInt.of(1), false)));

      assertThat(upstream.asked().get(0).path("logit_bias").path("7").asDouble()).isEqualTo(-100);
      assertThat(upstream.asked().get(1).path("logit_bias").path("7").asDouble()).isEqualTo(-2);
    }
  }

  @Test
  void anUpstreamThatIgnoresTheBias_isRefused_notAskedForEver() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("x", "[RESET]"))) {
      Heard heard = ask(upstream, chat("What?", resets(0)));

      assertThat(heard.end().finish()).isEqualTo(FinishReason.REFUSED);
      assertThat(upstream.asked()).hasSize(1);
    }
  }

  @Test
  void aMessageThatSpellsTheToken_isRefused() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("Good."))) {
      EngineException refused = ask(upstream, request("Say [RESET] please")).failure();

      assertThat(refused.kind()).isEqualTo(Kind.INVALID);
      assertThat(refused.field()).hasValue("messages");
      assertThat(upstream.asked()).isEmpty();
    }
  }

  @Test
  void palinode_appliesResetsItself() throws Exception {
    String stream =
        deltas("Toads ", "bite")
            + "data: {\"choices\": [{\"index\": 0, \"delta\": {}}], \"palinode\": {\"retraction\":"
            + " {\"id\": 1, \"from\": 0, \"text\": \"Toads bite\", \"cause\": \"reset\","
            + " \"reason\": \"\"}, \"reset_probability\": 0.5}}\n\n"
            + stream("No.");
    try (FakeUpstream upstream =
        new FakeUpstream(
            "me\", \"palinode\": {\"reset_token\": true, \"reset_probability\": true}, \"x\": \"",
            raw(stream))) {
      Heard heard = ask(upstream, chat("Do toads bite?", new Undo(-1, OptionalInt.of(2), true)));

      assertThat(heard.text()).isEqualTo("No.");
      assertThat(heard.retractions().get(0).resetProbability()).hasValue(0.5);
      assertThat(upstream.asked().get(0).path("palinode"))
          .isEqualTo(
              FakeUpstream.json(
                  "{\"stream_mode\": \"retractable\", \"reset_bias\": -1.0, \"max_resets\": 2,"
                      + " \"reset_probability\": true}"));
    }
  }

  // Guards

  private static final Guard NO_WARTS = PatternGuard.words(List.of("warts"));

  @Test
  void aGuardThatObjects_hasAResetForced() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                "vllm", says("They ", "have ", "warts ", "all ", "over"), says("Fine."));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 1)) {
      Heard heard = Heard.answer(engine, request("What of toads?"));

      assertThat(heard.text()).isEqualTo("Fine.");
      assertThat(heard.shown()).doesNotContain("warts");
      assertThat(heard.retractions().get(0).cause()).isEqualTo(UndoCause.GUARD);
      assertThat(lastMessage(upstream.asked().get(1))).endsWith("[RESET]").startsWith("They have ");
      assertThat(heard.end().usage().guardUndos()).isEqualTo(1);
    }
  }

  @Test
  void withoutAResetToken_theAnswerIsRewound_andGoesOnFromWhatWasSafe() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                "someone",
                completion("They ", "live ", "long, ", "have warts"),
                completion(" well."));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 1)) {
      Heard heard = Heard.answer(engine, request(new Text("Toads."), 50, Undo.DEFAULT));

      assertThat(heard.text()).isEqualTo("They live long, have well.");
      assertThat(heard.shown()).doesNotContain("warts");
      assertThat(upstream.asked().get(1).path("prompt").asText())
          .isEqualTo("Be kind.\nToads.They live long, have");
    }
  }

  private static ScriptedServer.Reply completion(String... texts) {
    String stream = stream(texts).replace("\"delta\": {\"content\": ", "\"text\": ");
    return raw(stream.replaceAll("(\"text\": \"[^\"]*\")\\}", "$1"));
  }

  @Test
  void afterTooManyObjections_theAnswerIsTheRefusal() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("warts ", "and ", "warts"));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 2)) {
      Heard heard = Heard.answer(engine, request("What of toads?"));

      assertThat(heard.text()).isEqualTo("I cannot say.");
      assertThat(heard.shown()).isEqualTo("I cannot say.");
      assertThat(heard.end().finish()).isEqualTo(FinishReason.REFUSED);
      assertThat(heard.end().detail()).startsWith("guards objected 3 times, 2 allowed: ");
      assertThat(upstream.asked()).hasSize(3);
    }
  }

  @Test
  void whereAnAnswerCannotBeContinued_itIsRefused_unlessNothingOfItIsKept() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                "someone", says("They ", "live ", "on. ", "So ", "warts"), says("Good."));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 5)) {
      assertThat(Heard.answer(engine, request("Toads?")).text()).isEqualTo("I cannot say.");
    }
    try (FakeUpstream upstream = new FakeUpstream("someone", says("warts", " etc"), says("Good."));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 5)) {
      assertThat(Heard.answer(engine, request("Toads?")).text()).isEqualTo("Good.");
      assertThat(lastMessage(upstream.asked().get(1))).isEqualTo("Be kind.\n\nToads?");
    }
  }

  @Test
  void aGuardThatFails_failsTheAnswer() throws Exception {
    Guard broken =
        (text, complete) -> {
          throw new IllegalStateException("out of toads");
        };
    Guard unsure = (text, complete) -> Verdict.undecided("foggy");

    try (FakeUpstream upstream = new FakeUpstream("vllm", says("A ", "toad."));
        GatewayEngine breaks = guarded(upstream, broken, 1);
        GatewayEngine doubts = guarded(upstream, unsure, 1)) {
      Heard heard = Heard.answer(breaks, request("What?"));
      assertThat(heard.failure()).hasMessageContaining("out of toads");
      assertThat(heard.shown()).isEmpty();
      assertThat(Heard.answer(doubts, request("What?")).failure())
          .hasMessage("a guard could not decide: foggy");
    }
  }

  @Test
  void theEndOfAnAnswer_isChecked() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("warts"), says("Fine."));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 1)) {
      Heard heard = Heard.answer(engine, request("What of toads?"));

      assertThat(heard.text()).isEqualTo("Fine.");
      assertThat(heard.shown()).isEqualTo("Fine.");
    }
  }

  @Test
  void aCancelAfterACheck_endsTheAnswerAtOnce() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", hangsAfter(deltas("They ", "live ")));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 1)) {
      Heard heard = new Heard();
      Engine.Call call = engine.start(request("What of toads?"), heard);
      for (int i = 0; heard.pieces().isEmpty() && i < 500; i++) {
        FakeUpstream.sleep(10);
      }
      long cancelled = System.nanoTime();
      call.cancel();

      assertThat(heard.whole().failure()).hasMessage("the request was ended");
      assertThat(Duration.ofNanos(System.nanoTime() - cancelled)).isLessThan(Duration.ofSeconds(5));
    }
  }

  // Limits

  @Test
  void anUpstreamThatIgnoresTheLimit_isBrokenOff() throws Exception {
    String[] many = Collections.nCopies(500, "x").toArray(String[]::new);

    try (FakeUpstream upstream = new FakeUpstream("vllm", hangsAfter(deltas(many)))) {
      Heard heard = ask(upstream, request("What?"));

      assertThat(heard.text()).isEqualTo("x".repeat(50));
      assertThat(heard.end().finish()).isEqualTo(FinishReason.LENGTH);
      assertThat(heard.end().usage().sampledTokens()).isEqualTo(50);
    }
  }

  @Test
  void guardsRefuseTokenPrompts_whichTheyCannotRead() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", completion("Fine."));
        GatewayEngine engine = guarded(upstream, NO_WARTS, 1)) {
      Tokens tokens = new Tokens(TokenIds.of(4, 5));

      assertThatThrownBy(() -> Heard.answer(engine, request(tokens, 50, Undo.DEFAULT)))
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.field()).hasValue("prompt"));
    }
  }
}
