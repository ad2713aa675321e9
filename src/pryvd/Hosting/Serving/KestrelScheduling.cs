using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Hosting.Server;

namespace Pryvd.Hosting.Serving;

/// <summary>
/// Where Kestrel goes on when bytes have come or are to go: by itself each step of HTTP/2 (reading, a body, writing) is an item of the
/// thread pool, which wakes a thread for each. Calls begin on the pool anyway, so the steps between go on where they are: a call that does
/// nothing costs 2.9 instead of 4 changes of threads.
/// </summary>
internal static class KestrelScheduling
{
    private const string Assembly = "Microsoft.AspNetCore.Server.Kestrel.Core";
    private const string Server = $"{Assembly}.KestrelServerImpl, {Assembly}";
    private const string Context = $"{Assembly}.Internal.ServiceContext, {Assembly}";

    /// <summary>Kestrel has the setting, as its own tests use it, but no public name for it.</summary>
    public static void GoOnInline(IServer server) => SetScheduler(ContextOf(server), PipeScheduler.Inline);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ServiceContext")]
    [return: UnsafeAccessorType(Context)]
    private static extern object ContextOf([UnsafeAccessorType(Server)] object server);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Scheduler")]
    private static extern void SetScheduler([UnsafeAccessorType(Context)] object context, PipeScheduler scheduler);
}
