package dev.palinode.bench;

import dev.palinode.bench.StreamingClient.Answered;
import dev.palinode.bench.StreamingClient.Disconnected;
import dev.palinode.bench.StreamingClient.Failed;
import dev.palinode.bench.StreamingClient.Outcome;
import dev.palinode.bench.StreamingClient.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;

/**
 * A load of many clients on one server. An answer under load is right if it equals the greedy
 * answer that the server gave to the same prompt alone: rows that are mixed up, text that is lost
 * and withdrawn text that stays show as wrong answers.
 */
final class ServerLoad {
  /** What is shown while it runs. */
  interface Progress {
    void show(double fraction, String doing);
  }

  /**
   * What happened under load.
   *
   * @param answers right and wrong ones
   * @param wrong number of answers that differ from the answer alone
   * @param failed number of requests that ended with an error
   * @param disconnected number of requests that their client left
   * @param refused number of refusals because the server was full
   * @param seconds of the load
   * @param examples some wrong answers and failures, for people
   */
  record Result(
      List<Answered> answers,
      long wrong,
      long failed,
      long disconnected,
      long refused,
      double seconds,
      List<String> examples) {
    long right() {
      return answers.size() - wrong;
    }

    double tokensPerSecond() {
      return answers.stream().mapToLong(Answered::tokens).sum() / seconds;
    }

    /** Milliseconds to the first text, which this share of the answers does not exceed. */
    double toFirstText(double quantile) {
      return quantile(quantile, Answered::firstTextNanos);
    }

    /** Milliseconds to the end, which this share of the answers does not exceed. */
    double toEnd(double quantile) {
      return quantile(quantile, Answered::totalNanos);
    }

    private double quantile(double quantile, ToLongFunction<Answered> nanos) {
      long[] sorted = answers.stream().mapToLong(nanos).sorted().toArray();
      int rank = (int) Math.ceil(quantile * sorted.length) - 1;
      return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, rank)] / 1e6;
    }
  }

  private static final int EXAMPLES = 5;
  private static final int MOST_CHUNKS = 8; // before a client disconnects
  private static final long WAIT_MILLIS = 200; // after a refusal

  private final StreamingClient client;
  private final List<String> prompts;
  private final Progress progress;
  private final Map<String, String> alone = new LinkedHashMap<>();

  private final List<Answered> answers = new ArrayList<>();
  private final List<String> examples = new ArrayList<>();
  private long wrong;
  private long failed;
  private long disconnected;
  private long refused;

  ServerLoad(StreamingClient client, List<String> prompts, Progress progress) {
    this.client = client;
    this.prompts = prompts;
    this.progress = progress;
  }

  /**
   * Asks each prompt alone.
   *
   * @throws IOException if one is not answered
   */
  void askAlone() throws IOException {
    for (String prompt : prompts) {
      progress.show((double) alone.size() / prompts.size(), "answers alone");
      try {
        if (client.ask(prompt) instanceof Answered answer) {
          alone.put(prompt, answer.text());
        } else {
          throw new IOException("the server does not answer \"" + prompt + "\"");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** Puts the server under load; after the time is over, requests under way are finished. */
  Result run(int clients, Duration time, double disconnecting, long seed) throws IOException {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Random random = new Random(seed * clients + i);
      Thread thread = new Thread(() -> ask(random, end, disconnecting), "client-" + i);
      thread.start();
      threads.add(thread);
    }
    try {
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        progress.show(1 - left / (double) time.toNanos(), clients + " clients");
        Thread.sleep(Math.min(500, left / 1_000_000 + 1));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Result(answers, wrong, failed, disconnected, refused, seconds, examples);
  }

  private void ask(Random random, long end, double disconnecting) {
    try {
      while (System.nanoTime() < end) {
        String prompt = prompts.get(random.nextInt(prompts.size()));
        Outcome outcome =
            random.nextDouble() < disconnecting
                ? client.askAndLeave(prompt, random.nextInt(MOST_CHUNKS))
                : client.ask(prompt);
        count(prompt, outcome);
        if (outcome instanceof Refused) {
          Thread.sleep(WAIT_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the load is over
    }
  }

  private synchronized void count(String prompt, Outcome outcome) {
    if (outcome instanceof Answered answer) {
      answers.add(answer);
      if (!answer.text().equals(alone.get(prompt))) {
        wrong++;
        example(
            "\"" + prompt + "\": \"" + answer.text() + "\", alone \"" + alone.get(prompt) + "\"");
      }
    } else if (outcome instanceof Failed failure) {
      failed++;
      example("\"" + prompt + "\": " + failure.reason());
    } else if (outcome instanceof Disconnected) {
      disconnected++;
    } else {
      refused++;
    }
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text);
    }
  }
}
