package dev.palinode.cli.options;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointClient;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Clients of served models. */
public final class ServedModel {
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private ServedModel() {}

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
