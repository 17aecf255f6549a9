package dev.palinode.endpoint;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** The body of a response in memory, up to a limit: a server may send endlessly. */
final class LimitedBody implements BodySubscriber<byte[]> {
  /** The body is over the limit. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(int limit) {
      super("longer than " + limit + " bytes");
    }
  }

  private final int limit;
  private final BodySubscriber<byte[]> body = BodySubscribers.ofByteArray();
  private @Nullable Subscription subscription;
  private long received;

  LimitedBody(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body.getBody();
  }

  @Override
  public void onSubscribe(Subscription from) {
    subscription = from;
    body.onSubscribe(from);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    if (received <= limit) {
      body.onNext(buffers);
    } else if (subscription != null) {
      body.onError(new TooLarge(limit));
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable problem) {
    body.onError(problem);
  }

  @Override
  public void onComplete() {
    body.onComplete();
  }
}
