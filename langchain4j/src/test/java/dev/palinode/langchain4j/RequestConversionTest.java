package dev.palinode.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.testkit.CharTokenizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestConversionTest {
  private static final RecitingModel RECITER = RecitingModel.echo();

  @AfterAll
  static void close() {
    RECITER.close();
  }

  private static final PalinodeModel MODEL =
      RECITER
          .model(
              request ->
                  request
                      .sampling(SamplingSettings.builder().minP(0.25).topK(9).build())
                      .stopTexts(List.of("\nuser:"))
                      .maxNewTokens(77))
          .withSeeds(() -> 5);

  private static GenerationRequest convert(
      ChatRequestParameters parameters, ChatMessage... messages) {
    return MODEL.request(ChatRequest.builder().messages(messages).parameters(parameters).build());
  }

  @Test
  void messages_becomeTheConversation() {
    GenerationRequest request =
        convert(
            ChatRequestParameters.builder().build(),
            SystemMessage.from("be brief"),
            UserMessage.from(TextContent.from("one"), TextContent.from("two")),
            AiMessage.from("three"),
            UserMessage.from("four"));

    assertThat(new CharTokenizer().decode(request.prompt().toArray(), false))
        .isEqualTo("system: be brief\nuser: one\ntwo\nassistant: three\nuser: four\n\u0002");
  }

  @Test
  void parameters_areAllTaken() {
    GenerationRequest request =
        convert(
            ChatRequestParameters.builder()
                .modelName("reciter")
                .temperature(0.5)
                .topP(0.75)
                .topK(3)
                .frequencyPenalty(0.125)
                .presencePenalty(-1.5)
                .maxOutputTokens(12)
                .stopSequences("END")
                .build(),
            UserMessage.from("hi"));

    assertThat(request.sampling())
        .isEqualTo(
            SamplingSettings.builder()
                .temperature(0.5)
                .topP(0.75)
                .topK(3)
                .minP(0.25)
                .frequencyPenalty(0.125)
                .presencePenalty(-1.5)
                .build());
    assertThat(request.maxNewTokens()).isEqualTo(12);
    assertThat(request.stopTexts()).containsExactly("\nuser:", "END");
    assertThat(request.seed()).isEqualTo(5);
  }

  @Test
  void whatIsNotSet_isTheModels() {
    GenerationRequest request =
        convert(ChatRequestParameters.builder().build(), UserMessage.from("hi"));

    assertThat(request.sampling()).isEqualTo(SamplingSettings.builder().minP(0.25).topK(9).build());
    assertThat(request.maxNewTokens()).isEqualTo(77);
    assertThat(request.stopTexts()).containsExactly("\nuser:");
  }

  /** Without {@code withSeeds}, repeated requests draw other numbers. */
  @Test
  void seeds_differByDefault() {
    PalinodeModel model = RECITER.model();
    ChatRequest request = ChatRequest.builder().messages(UserMessage.from("hi")).build();

    assertThat(model.request(request).seed()).isNotEqualTo(model.request(request).seed());
  }

  static Stream<Arguments> outOfRange() {
    return Stream.of(
        Arguments.of(ChatRequestParameters.builder().temperature(-1.0).build(), "temperature is"),
        Arguments.of(ChatRequestParameters.builder().topP(0.0).build(), "topP is"),
        Arguments.of(ChatRequestParameters.builder().topK(-1).build(), "topK is"),
        Arguments.of(ChatRequestParameters.builder().presencePenalty(3.0).build(), "presencePen"),
        Arguments.of(ChatRequestParameters.builder().frequencyPenalty(3.0).build(), "frequencyP"),
        Arguments.of(ChatRequestParameters.builder().maxOutputTokens(0).build(), "maxNewTokens is"),
        Arguments.of(ChatRequestParameters.builder().stopSequences("").build(), "stop text"));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void parametersOutOfRange_areInvalid(ChatRequestParameters parameters, String named) {
    assertThatThrownBy(() -> convert(parameters, UserMessage.from("hi")))
        .isExactlyInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(named);
  }

  static Stream<Arguments> unsupported() {
    ToolExecutionRequest call = ToolExecutionRequest.builder().id("1").name("clock").build();
    return Stream.of(
        Arguments.of(UserMessage.from(ImageContent.from("http://example.org/a.png")), "image"),
        Arguments.of(UserMessage.from("Ada", "hi"), "the name of a user"),
        Arguments.of(AiMessage.from(call), "tool calls"),
        Arguments.of(ToolExecutionResultMessage.from(call, "noon"), "TOOL_EXECUTION_RESULT"));
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void messagesWithMoreThanText_areRefusedByName(ChatMessage message, String named) {
    List<ChatMessage> messages = List.of(UserMessage.from("hi"), message);
    ChatRequest request = ChatRequest.builder().messages(messages).build();

    assertThatThrownBy(() -> MODEL.request(request))
        .isExactlyInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("not supported");
  }

  /** They may have settings, such as a seed, that nobody would notice to be missing. */
  @Test
  void parametersOfAnotherProvider_areRefused() {
    final class WithSeed extends DefaultChatRequestParameters {
      WithSeed() {
        super(builder());
      }
    }

    assertThatThrownBy(() -> convert(new WithSeed(), UserMessage.from("hi")))
        .isExactlyInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("WithSeed");
  }

  @Test
  void unsupportedDefaults_areRefusedAtOnce() {
    assertThatThrownBy(
            () -> MODEL.withDefaults(ChatRequestParameters.builder().modelName("other").build()))
        .isExactlyInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("modelName other (this model is reciter) is not supported");
  }
}
