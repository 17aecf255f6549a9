package dev.palinode.bench;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Records when each call of a model begins and ends, and can force a token. The time between calls
 * is the cost of the decoding loop.
 */
final class CallTimes {
  private static final float CERTAIN = 1e4f;

  private final CausalLm model;
  private final int forcedToken;
  private final IntPredicate forces;
  private final List<long[]> calls = new ArrayList<>(); // begin, end, in nanoseconds

  /** Does not change the logits. */
  CallTimes(CausalLm model) {
    this(model, 0, call -> false);
  }

  /**
   * Makes one token certain at some calls.
   *
   * @param forces by the number of the call
   */
  CallTimes(CausalLm model, int forcedToken, IntPredicate forces) {
    this.model = model;
    this.forcedToken = forcedToken;
    this.forces = forces;
  }

  /** The model, with its calls recorded. */
  CausalLm model() {
    return proxy(
        CausalLm.class,
        (self, method, arguments) -> {
          Object result = invoke(model, method, arguments);
          return result instanceof SequenceBatch batch ? recorded(batch) : result;
        });
  }

  private SequenceBatch recorded(SequenceBatch batch) {
    return proxy(
        SequenceBatch.class,
        (self, method, arguments) -> {
          long begin = System.nanoTime();
          Object result = invoke(batch, method, arguments);
          if (result instanceof float[][] logits) {
            if (forces.test(calls.size())) {
              for (float[] row : logits) {
                row[forcedToken] = CERTAIN;
              }
            }
            calls.add(new long[] {begin, System.nanoTime()});
          }
          return result;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(CallTimes.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object invoke(
      Object target, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /** Median milliseconds from the end of a call to the end of the next, for the selected calls. */
  double stepMillis(IntPredicate which) {
    return median(which, 1);
  }

  /**
   * Median milliseconds from the end of a call to the beginning of the next, for the selected
   * calls.
   */
  double loopMillis(IntPredicate which) {
    return median(which, 0);
  }

  private double median(IntPredicate which, int until) {
    return Median.of(
        IntStream.range(0, calls.size() - 1)
            .filter(which)
            .mapToDouble(i -> (calls.get(i + 1)[until] - calls.get(i)[1]) / 1e6)
            .toArray());
  }
}
