namespace Pryvd.Tests.Api;

/// <summary>A cluster of one node that the tests of a class share; each uses names of its own.</summary>
public sealed class OneNode : IAsyncLifetime
{
    public TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await TestNode.InitAsync();

    public async Task DisposeAsync() => await Node.DisposeAsync();
}
