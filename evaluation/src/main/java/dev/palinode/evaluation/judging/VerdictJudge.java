package dev.palinode.evaluation.judging;

import dev.palinode.endpoint.EndpointException;
import dev.palinode.guard.Judge;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ObjIntConsumer;

/**
 * A judge of single answers, such as a lexicon or a served guard model.
 *
 * @param atOnce judgements made at the same time, 1 or more
 * @param closing frees the model, if there is one
 */
record VerdictJudge(Judge judge, String identity, int atOnce, Runnable closing)
    implements AnswerJudge {
  /** A judge that needs no model and judges one answer at a time. */
  VerdictJudge(Judge judge, String identity) {
    this(judge, identity, 1, () -> {});
  }

  @Override
  public void judge(List<Exchange> exchanges, ObjIntConsumer<Judgement> judgements)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try {
      List<Callable<Object>> all = new ArrayList<>();
      for (int i = 0; i < exchanges.size(); i++) {
        int index = i;
        all.add(Executors.callable(() -> judgements.accept(judged(exchanges.get(index)), index)));
      }
      for (Future<?> each : threads.invokeAll(all)) {
        each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a judge was asked");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EndpointException failure) {
        throw new IOException(failure.getMessage(), failure);
      } else if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw new IllegalStateException("a judge failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  @Override
  public Judge single() {
    return judge;
  }

  private Judgement judged(Exchange exchange) {
    return exchange.answer().isBlank()
        ? Judgement.undecided("empty answer")
        : Judgement.of(judge.judge(exchange.conversation(), exchange.answer()));
  }

  @Override
  public void close() {
    closing.run();
  }
}
