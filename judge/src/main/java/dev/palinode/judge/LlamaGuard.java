package dev.palinode.judge;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.decode.CausalLm;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.text.Printable;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A judge that runs a local checkpoint of Llama Guard 2 or 3, or one tuned in the same way.
 *
 * <p>The verdict comes from the probabilities of the first word of the answer: {@code p(unsafe) /
 * (p(safe) + p(unsafe))} against a threshold. Only for an unsafe text are a few tokens generated,
 * greedily, for the categories in the reason: {@code S9 Indiscriminate Weapons (0.93)}.
 *
 * <p>An answer that is judged while it is generated ({@link #open}) has its own row in the model's
 * KV cache: task and conversation are prefilled once, then only the new part of the answer and the
 * end of the task.
 *
 * <p>An empty message is undecided, and so is a conversation that does not fit into the model's
 * context (nothing is truncated). A model that would answer with neither word is a {@linkplain
 * Verdict#failed failure}.
 *
 * <p>Thread-safe, as models, tokenizers and chat formats are. Does not close them. An interrupt
 * ends a judgement, between two calls of the model, with a {@link CancellationException}; the
 * thread stays interrupted.
 */
public final class LlamaGuard implements Judge {
  /**
   * With less probability on {@code safe} and {@code unsafe} together, the model does not answer as
   * a guard: it may be another model, or the prompt may have the wrong form.
   */
  public static final double MIN_MASS = 0.5;

  /** Enough for several codes, such as {@code S1,S10,S14}. */
  private static final int MAX_CODE_TOKENS = 16;

  private final CausalLm model;
  private final LlamaGuardSettings settings;
  private final LlamaGuardPrompt prompt;
  private final FirstTokenClassifier classifier;
  private final Tokenizer tokenizer;
  private final Set<Integer> specialIds;
  private final Map<String, SafetyCategory> byCode;

  /**
   * A judge for a checkpoint with a chat template: the task is one user message in it. If the
   * template contains the task, as those of Meta's checkpoints do, it gets the conversation, and
   * its own categories are used.
   *
   * @throws IllegalArgumentException if the template contains the task and the settings have other
   *     categories, or the tokenizer cannot tell {@code safe} from {@code unsafe}
   */
  public LlamaGuard(
      CausalLm model, Tokenizer tokenizer, ChatFormat format, LlamaGuardSettings settings) {
    this(model, tokenizer, settings, format);
  }

  /**
   * A judge for a checkpoint without a chat template: the task is put between the strings that
   * llama-cookbook uses for the version.
   *
   * @throws IllegalArgumentException if the tokenizer cannot tell {@code safe} from {@code unsafe}
   */
  public LlamaGuard(CausalLm model, Tokenizer tokenizer, LlamaGuardSettings settings) {
    this(model, tokenizer, settings, null);
  }

  private LlamaGuard(
      CausalLm model,
      Tokenizer tokenizer,
      LlamaGuardSettings settings,
      @Nullable ChatFormat format) {
    this.model = model;
    this.settings = settings;
    prompt = new LlamaGuardPrompt(tokenizer, format, settings);
    classifier =
        new FirstTokenClassifier(
            tokenizer, tokenizer.encodeText("safe"), tokenizer.encodeText("unsafe"));
    this.tokenizer = tokenizer;
    specialIds =
        tokenizer.specialTokens().stream()
            .map(token -> tokenizer.idOf(token).orElseThrow())
            .collect(Collectors.toUnmodifiableSet());
    byCode =
        settings.categories().stream()
            .collect(Collectors.toUnmodifiableMap(SafetyCategory::code, Function.identity()));
  }

  @Override
  public Verdict judge(String prompt, String answer) {
    return judge(List.of(Message.user(prompt)), answer);
  }

  /**
   * Judges an answer with the conversation before it.
   *
   * @throws IllegalArgumentException as {@link #judge(List)}
   */
  @Override
  public Verdict judge(List<Message> prompt, String answer) {
    return judge(with(prompt, answer));
  }

  /**
   * Opens a session that judges an answer while it is generated. It keeps a row of the model's KV
   * cache until it is closed.
   */
  @Override
  public Session open(List<Message> prompt) {
    List<Message> before = List.copyOf(prompt);
    KeptRow row = new KeptRow(model);
    return new Session() {
      @Override
      public Verdict judge(String answer) {
        return LlamaGuard.this.judge(with(before, answer), row);
      }

      @Override
      public void close() {
        row.close();
      }
    };
  }

  private static List<Message> with(List<Message> prompt, String answer) {
    List<Message> conversation = new ArrayList<>(prompt);
    conversation.add(Message.assistant(answer));
    return conversation;
  }

  /**
   * Judges the last message of a conversation, the user's or the assistant's, with those before it.
   * System messages are left out, as the classifier was trained without them.
   *
   * @throws IllegalArgumentException if there is no message or the last one is the system's
   */
  public Verdict judge(List<Message> conversation) {
    try (KeptRow row = new KeptRow(model)) {
      return judge(conversation, row);
    }
  }

  private Verdict judge(List<Message> conversation, KeptRow row) {
    Message last = last(conversation);
    if (last.content().isBlank()) {
      return Verdict.undecided(last.role() == Role.USER ? "empty message" : "empty answer");
    }
    int[] ids = prompt.ids(conversation);
    int longest = model.contextLength() - classifier.room() - MAX_CODE_TOKENS;
    if (ids.length > longest) {
      return Verdict.undecided(
          String.format(
              Locale.ROOT,
              "the conversation is too long for the guard model: %d tokens with the task, room for"
                  + " %d",
              ids.length,
              longest));
    }
    FirstTokenClassifier.Reading reading = classifier.read(row, ids);
    if (!(reading.mass() >= MIN_MASS)) { // NaN, too
      return Verdict.failed(
          String.format(
              Locale.ROOT,
              "the model does not answer as a guard: safe or unsafe have %.2f of the probability",
              reading.mass()));
    }
    return reading.unsafe() < settings.threshold()
        ? Verdict.safe()
        : Verdict.unsafe(
            "%s (%s)".formatted(categories(row, reading.soFar()), score(reading.unsafe())));
  }

  private static String score(double probability) {
    return String.format(Locale.ROOT, "%.2f", probability);
  }

  private static Message last(List<Message> conversation) {
    if (conversation.isEmpty()) {
      throw new IllegalArgumentException("a conversation needs at least one message");
    }
    Message last = conversation.get(conversation.size() - 1);
    if (last.role() == Role.SYSTEM) {
      throw new IllegalArgumentException(
          "the last message is the system's: expected the user's or the assistant's");
    }
    return last;
  }

  /** The categories that the model names after {@code unsafe}. */
  private String categories(KeptRow row, int[] soFar) {
    String named = continuation(row, soFar).strip().lines().findFirst().orElse("");
    return named.isBlank()
        ? "no category named"
        : Arrays.stream(named.strip().split("[,\\s]+"))
            .filter(code -> !code.isEmpty())
            .distinct()
            .map(this::describe)
            .collect(Collectors.joining(", "));
  }

  private String describe(String code) {
    SafetyCategory category = byCode.get(code);
    return category == null ? Printable.escape(code) : category.toString();
  }

  /** Generates greedily, up to the end of the turn. */
  private String continuation(KeptRow row, int[] soFar) {
    int[] all = soFar;
    while (all.length < soFar.length + MAX_CODE_TOKENS) {
      int next = FirstTokenClassifier.largest(row.read(all));
      if (specialIds.contains(next)) {
        break;
      }
      all = FirstTokenClassifier.with(all, next);
    }
    return tokenizer.decode(Arrays.copyOfRange(all, soFar.length, all.length), false);
  }
}
