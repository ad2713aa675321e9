using System.Collections.Concurrent;
using Google.Protobuf.Reflection;

namespace Pryv.Grpc.Server;

/// <summary>What has been mapped so far; server reflection answers from it.</summary>
internal sealed class MappedServices
{
    private readonly ConcurrentDictionary<string, ServiceDescriptor> _descriptors = new(StringComparer.Ordinal);
    private int _isFallbackMapped;

    /// <summary>A live view: it holds what is mapped when it is looked at.</summary>
    public IEnumerable<ServiceDescriptor> Descriptors => _descriptors.Select(each => each.Value);

    public void Add(ServiceDescriptor descriptor) => _descriptors[descriptor.FullName] = descriptor;

    /// <summary>True once: for whoever is to map the answer to unknown methods.</summary>
    public bool TryClaimFallback() => Interlocked.Exchange(ref _isFallbackMapped, 1) == 0;
}
