using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Hosting.Server;

namespace Pryvd.Hosting.Serving;

/// <summary>
/// Where Kestrel goes on when bytes have come or are to go: by itself each step of HTTP/2 (reading, a body, writing) is an item of the
/// thread pool, which wakes a thread for each. Calls begin on the pool anyway, so the steps between go on where they are: a call that does
/// nothing changed threads 4.4 to 5.5 times with the pool between, and 1.7 to 2.1 times without.
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
