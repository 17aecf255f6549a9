package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final CircuitBreaker breaker = new CircuitBreaker(Duration.ofNanos(100), now::get);

  private void fails(int times) {
    for (int i = 0; i < times; i++) {
      breaker.sends();
      breaker.failed();
    }
  }

  @Test
  void failuresInARow_openIt() {
    fails(CircuitBreaker.FAILURES - 1);
    breaker.sends();
    breaker.succeeded();
    fails(CircuitBreaker.FAILURES - 1);
    assertThat(breaker.allows()).isTrue();

    fails(1);
    assertThat(breaker.allows()).isFalse();
  }

  @Test
  void afterThePause_oneRequestTries() {
    fails(CircuitBreaker.FAILURES);
    now.addAndGet(99);
    assertThat(breaker.allows()).isFalse();
    now.addAndGet(1);
    assertThat(breaker.allows()).isTrue();

    breaker.sends();
    assertThat(breaker.allows()).as("while it is tried").isFalse();
    breaker.failed();
    assertThat(breaker.allows()).as("right after it failed again").isFalse();

    now.addAndGet(100);
    breaker.sends();
    breaker.succeeded();
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aTryThatWasGivenUp_leavesRoomForAnother() {
    fails(CircuitBreaker.FAILURES);
    now.addAndGet(100);
    breaker.sends();
    breaker.gaveUp();

    assertThat(breaker.allows()).isTrue();
  }
}
