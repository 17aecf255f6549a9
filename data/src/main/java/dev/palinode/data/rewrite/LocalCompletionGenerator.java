package dev.palinode.data.rewrite;

import dev.palinode.chat.ChatFormat;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Completion generator with a model in this process, which decodes the answers of one call as a
 * batch. In chat mode an answer continues the tokens of its opening, in completion mode the text of
 * the whole dialogue.
 *
 * @param model name of the model for {@link #identity}, preferably a hash of its weights
 * @param endOfText token ids that end a text in completion mode
 */
public record LocalCompletionGenerator(
    String model,
    Decoder decoder,
    Tokenizer tokenizer,
    ChatFormat format,
    Set<Integer> endOfText,
    WritingSettings settings)
    implements CompletionGenerator {
  public LocalCompletionGenerator {
    endOfText = Set.copyOf(endOfText);
  }

  @Override
  public String identity() {
    return "local model " + model + ", " + settings.identity();
  }

  @Override
  public void write(List<Unfinished> answers, ObjIntConsumer<String> texts) throws IOException {
    List<RuntimeException> failures = new ArrayList<>();
    decoder.generate(
        answers.stream().map(this::request).toList(),
        event -> {
          int answer = (int) event.request();
          if (event instanceof GenerationEvent.Finished finished) {
            texts.accept(text(finished), answer);
          } else if (event instanceof GenerationEvent.Failed failed) {
            // A too long dialogue fails alone; other failures would affect all requests.
            if (failed.cause() instanceof IllegalArgumentException) {
              texts.accept("", answer);
            } else {
              failures.add(failed.cause());
            }
          }
        });
    if (!failures.isEmpty()) {
      RuntimeException first = failures.get(0);
      throw new IOException("an answer could not be written: " + first.getMessage(), first);
    }
  }

  private static String text(GenerationEvent.Finished finished) {
    return finished.reason() == FinishReason.STOP
        ? finished.text()
        : CompletionGenerator.wholeSentences(finished.text());
  }

  private GenerationRequest request(Unfinished answer) {
    GenerationRequest.Builder request =
        settings.mode() == WritingSettings.Mode.CHAT ? inChat(answer) : asText(answer);
    return request
        .maxNewTokens(settings.maxTokens())
        .sampling(
            settings.temperature() == 0
                ? SamplingSettings.GREEDY
                : SamplingSettings.temperature(settings.temperature()))
        .seed(answer.seed())
        .build();
  }

  private GenerationRequest.Builder inChat(Unfinished answer) {
    int[] prompt = format.prompt(answer.prompt());
    if (!answer.opening().isEmpty()) {
      int[] opening = format.answer(answer.opening());
      prompt =
          IntStream.concat(Arrays.stream(prompt), Arrays.stream(opening, 0, opening.length - 1))
              .toArray();
    }
    return GenerationRequest.builder(prompt)
        .stopIds(format.endOfTurnIds())
        .continuesText(!answer.opening().isEmpty());
  }

  private GenerationRequest.Builder asText(Unfinished answer) {
    String text = PlainDialogue.of(answer.prompt(), answer.opening());
    return GenerationRequest.builder(tokenizer.encodeDocument(text))
        .stopIds(endOfText)
        .stopTexts(PlainDialogue.STOP)
        .continuesText(true);
  }
}
