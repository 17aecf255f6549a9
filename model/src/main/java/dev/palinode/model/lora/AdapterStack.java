package dev.palinode.model.lora;

import dev.palinode.model.network.Transformer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adapters of one model by name, any of which may be active together. Owns them.
 *
 * <p>Switching is not thread-safe: the model must not compute meanwhile.
 */
public final class AdapterStack implements AutoCloseable {
  private final Transformer model;
  private final Map<String, LoraAdapter> adapters = new LinkedHashMap<>();

  /**
   * @param model that the adapters are for; none is active yet
   */
  public AdapterStack(Transformer model) {
    this.model = model;
    model.useAdapters(List.of());
  }

  /**
   * Adds an adapter, switched off.
   *
   * @throws IllegalArgumentException if there is one of that name
   */
  public void add(String name, LoraAdapter adapter) {
    if (adapters.putIfAbsent(name, adapter) != null) {
      throw new IllegalArgumentException("there is an adapter \"" + name + "\" already");
    }
  }

  /** The names of all adapters, on or off. */
  public Set<String> names() {
    return Set.copyOf(adapters.keySet());
  }

  /**
   * Activates these and deactivates all others; no names for the plain model. Updates add up; if
   * several have a row for the same token, the last one's is used.
   *
   * @throws IllegalArgumentException if there is none of such a name
   */
  public void use(String... names) {
    model.useAdapters(Arrays.stream(names).map(this::adapter).toList());
  }

  /**
   * The adapter of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public LoraAdapter adapter(String name) {
    LoraAdapter adapter = adapters.get(name);
    if (adapter == null) {
      throw new IllegalArgumentException(
          "there is no adapter \"" + name + "\": expected one of " + adapters.keySet());
    }
    return adapter;
  }

  /** Switches all off and frees them. */
  @Override
  public void close() {
    model.useAdapters(List.of());
    adapters.values().forEach(LoraAdapter::close);
  }
}
