package dev.palinode.data.replacement;

import dev.palinode.endpoint.Completion;
import dev.palinode.endpoint.CompletionSettings;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.endpoint.EndpointException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes with a model that is served with OpenAI's interface. All answers that are given together
 * are asked for at once.
 *
 * <p>In chat mode the server must go on with an assistant's message that stands last, as vLLM and
 * llama.cpp do ({@link EndpointClient#continueAnswer}). A request that fails by its own fault gives
 * nothing.
 */
public final class EndpointAnswerWriter implements AnswerWriter {
  private final EndpointClient client;
  private final WritingSettings settings;

  public EndpointAnswerWriter(EndpointClient client, WritingSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public String identity() {
    return "served model " + client.endpoint().model() + ", " + settings.identity();
  }

  /**
   * {@inheritDoc}
   *
   * @throws EndpointException if no other request would fare better
   */
  @Override
  public List<String> write(List<Unfinished> answers) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, answers.size()));
    try {
      List<Future<String>> asked = new ArrayList<>();
      for (Unfinished answer : answers) {
        asked.add(threads.submit(() -> write(answer)));
      }
      List<String> written = new ArrayList<>();
      for (Future<String> each : asked) {
        written.add(each.get());
      }
      return written;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while answers were written");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EndpointException failed) {
        throw failed;
      }
      throw new IOException("an answer could not be written: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private String write(Unfinished answer) throws InterruptedException {
    try {
      Completion written = settings.mode() == WritingMode.CHAT ? inChat(answer) : asText(answer);
      return written.isCutOff() ? AnswerWriter.wholeSentences(written.text()) : written.text();
    } catch (EndpointException e) {
      if (e.isPermanent()) {
        throw e;
      }
      return "";
    }
  }

  private Completion inChat(Unfinished answer) throws InterruptedException {
    return answer.opening().isEmpty()
        ? client.complete(answer.prompt(), sampling(answer))
        : client.continueAnswer(answer.prompt(), answer.opening(), sampling(answer));
  }

  private Completion asText(Unfinished answer) throws InterruptedException {
    return client.continueText(
        PlainDialogue.of(answer.prompt(), answer.opening()),
        sampling(answer).withStop(List.of(PlainDialogue.STOP)));
  }

  private CompletionSettings sampling(Unfinished answer) {
    long seed = answer.seed() & Integer.MAX_VALUE; // servers take 32 or 63 bits
    return CompletionSettings.sampled(settings.temperature(), settings.maxTokens(), seed);
  }
}
