using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Pryvd.Hosting;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>Who is at the other end of the local socket, as the kernel says.</summary>
internal static class Caller
{
    public static Actor Of(ServerCallContext context, string node)
    {
        var socket = context.GetHttpContext().Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null)
        {
            return new Actor(node, -1, 0);
        }

        var peer = PeerCredentials.Of(socket);
        return new Actor(node, (int)peer.Uid, peer.Pid);
    }
}
