using Google.Protobuf.Reflection;
using Pryv.V1;
using Pryvd.Api;

namespace Pryvd.Tests.Api;

public class RequestIdTests
{
    /// <summary>Invariant 5: one that is forgotten would be carried out twice when it is sent twice.</summary>
    [Fact]
    public void Every_request_with_an_id_counts_once()
    {
        var withId = typeof(SetVarsRequest).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(SetVarsRequest).Namespace && type.Name.EndsWith("Request", StringComparison.Ordinal))
            .Where(type => Descriptor(type)?.FindFieldByName("request_id") is not null)
            .ToList();

        Assert.NotEmpty(withId);
        Assert.All(withId, type => Assert.True(type.IsAssignableTo(typeof(IIdentifiedRequest)), $"{type.Name} has a request_id, but is no {nameof(IIdentifiedRequest)}"));
    }

    private static MessageDescriptor? Descriptor(Type type) => type.GetProperty("Descriptor")?.GetValue(null) as MessageDescriptor;
}
