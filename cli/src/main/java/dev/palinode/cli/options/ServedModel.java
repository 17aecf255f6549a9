package dev.palinode.cli.options;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointClient;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A served model as one value of an option: {@code NAME@URL}. */
public final class ServedModel {
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private ServedModel() {}

  /**
   * A client of the model.
   *
   * @param keyVariable environment variable with the server's key, if it wants one
   * @throws IllegalArgumentException if the value has another form
   */
  public static EndpointClient client(String value, @Nullable String keyVariable) {
    Endpoint endpoint = Endpoint.named(value);
    return client(keyVariable == null ? endpoint : endpoint.withKeyIn(keyVariable));
  }

  /** A client of an endpoint. Warns, once a host, if the key can be read on the way. */
  public static EndpointClient client(Endpoint endpoint) {
    warnIfExposed(endpoint);
    return new EndpointClient(endpoint, System.getenv());
  }

  /** Warns, once a host, if the key can be read on the way. */
  static void warnIfExposed(Endpoint endpoint) {
    String host = endpoint.base().getHost();
    if (endpoint.exposesKey() && WARNED.add(host)) {
      System.err.println(
          "palinode: warning: the key is sent unencrypted to "
              + host
              + ", and anybody on the way can read it; use https if the server has it");
    }
  }
}
