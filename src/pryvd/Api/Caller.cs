using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Pryvd.Hosting;
using Pryvd.Model;

namespace Pryvd.Api;

/// <summary>Who is at the other end of the local socket, as the kernel says; it is asked once a connection.</summary>
internal static class Caller
{
    private static readonly ConditionalWeakTable<Socket, PeerCredentials> Known = [];

    public static Actor Of(ServerCallContext context, string node)
    {
        var socket = context.GetHttpContext().Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null)
        {
            return new Actor(node, -1, 0);
        }

        var peer = Known.GetValue(socket, PeerCredentials.Of);
        return new Actor(node, (int)peer.Uid, peer.Pid);
    }
}
