using Grpc.Core;
using Pryv.Internal.V1;

namespace Pryvd.Peers;

/// <summary>The link to the node that leads; when another leads, or the stream broke, a new one takes its place.</summary>
internal sealed class ForwardLinks(PeerChannels channels) : IDisposable
{
    private readonly Lock _gate = new();
    private (string Node, string Address) _to;
    private ForwardLink? _link;
    private bool _closed;

    /// <exception cref="RpcException">The stream broke, or the session has ended.</exception>
    public Task<ForwardReply> CallAsync(string node, string address, ForwardRequest request, CancellationToken cancel) =>
        LinkTo(node, address).CallAsync(request, cancel);

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _link?.Dispose();
            _link = null;
        }
    }

    private ForwardLink LinkTo(string node, string address)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "this node's session has ended"));
            }

            if (_link is null || _link.IsBroken || _to != (node, address))
            {
                _link?.Dispose();
                (_link, _to) = (new ForwardLink(channels.Client(node, address)), (node, address));
            }

            return _link;
        }
    }
}
