package dev.palinode.data.rewrite;

import dev.palinode.endpoint.Completion;
import dev.palinode.endpoint.CompletionSettings;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.endpoint.EndpointException;
import dev.palinode.endpoint.FailuresInARow;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes with a model that is served with OpenAI's interface. All answers that are given together
 * are asked for at once.
 *
 * <p>Each text is handed on when it arrives. When a request fails in a way that ends the run, the
 * others that are under way are still waited for: they have been paid for.
 *
 * <p>In chat mode the server must go on with a last message of the assistant's, as vLLM and
 * llama.cpp do ({@link EndpointClient#continueAnswer}). A request that fails by its own fault gives
 * an empty text and is counted; many in a row end the run.
 */
public final class EndpointCompletionGenerator implements CompletionGenerator {
  private final EndpointClient client;
  private final WritingSettings settings;
  private final FailuresInARow inARow = new FailuresInARow();
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  public EndpointCompletionGenerator(EndpointClient client, WritingSettings settings) {
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
  public void write(List<Unfinished> answers, Texts texts) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, answers.size()));
    List<Callable<@Nullable Void>> tasks = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      int number = i;
      tasks.add(
          () -> {
            texts.written(number, write(answers.get(number)));
            return null;
          });
    }
    try {
      for (Future<?> each : threads.invokeAll(tasks)) { // returns when all have ended
        each.get();
      }
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
      inARow.end();
      return written.isCutOff()
          ? CompletionGenerator.wholeSentences(written.text())
          : written.text();
    } catch (EndpointException e) {
      if (e.isPermanent()) {
        throw e;
      }
      failures.add(e.getMessage());
      inARow.add(e.getMessage());
      return "";
    }
  }

  /** Why requests failed that gave nothing, in the order in which they did. */
  public List<String> failures() {
    return List.copyOf(failures);
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
