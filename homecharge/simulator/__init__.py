"""An OCPP 1.6-J charge point over a real socket, for demos, tests and load; shares nothing with the gateway.

    from homecharge.simulator.behaviour import Behaviour
    from homecharge.simulator.charge_point import ChargePoint

    async with ChargePoint("ws://127.0.0.1:9000/ocpp", "CP1", "password", behaviour=Behaviour(time_scale=60)) as cp:
        await cp.plug_in()                                   # returns when the server has answered what it caused
        start = await cp.expect("RemoteStartTransaction")    # the next such CALL received, past or to come
        await cp.until_status("Charging")
        cp.behaviour.refuse_remote_start = True              # any switch of Behaviour, at any time
        await cp.drop_line(for_s=2)                          # no close frame; messages queue and are replayed
        await cp.battery_full(); await cp.unplug()
        assert cp.sent("StopTransaction")[-1].payload["reason"] == "EVDisconnected"

`homecharge.simulator.fleet.Fleet` is thousands of them, `homecharge simulate --help` the same from the command line.
"""
