import Foundation

/// A sine of 400 Hz as encoders of libopus and libspandsp have made it of wideband samples, in packets of 20 ms.
enum EncodedTones {
    /// 0.5 s, each packet behind its length.
    private static let opus = """
        Q3iC4rdsRyTqAcMcvO9FhJ8g4uTfCvnRXTaMN5WUyQgYODfZo5beBreQ+e/scMLCOJJDYjoeDffHpJaLbt96xScJXSVDeKp+33/q\
        PjqJys6NqoFLSff6fJEGtOTLOuzYyq4fHw4VE4OzTKN4CGVC3qJBgoWMyYtQv6qS4OC0KHHAtlmc70mC52B4oVEMRC20SOzAX8yP\
        by8dCfLEX4fZbJUblcZbw8G527V+cijiOfB4skPHUzrjBSTouoJctA8qqvRT10yFwY2XSP33dFogLHfb/oq/+SnWM6EMq5HUeejb\
        KEfJiMlq4ateeKFRDEQttFoesvTmjybGqrZPr0ZItn/v8BSv3kYjFUxDRe7Kucdx6BQO0AwudIKHYZDHgbVmWEsEh1o1IpZ4xDRV\
        QF/pY9eSa7xzNzMq6shjSAJ2uzy5qSGQPHak1V94oVEMRC20WrG2ErIx/0W71fIMzImuND1MxZmPfXnaAIz0sF1xUsWUMXntm6xl\
        A6JCNV6z0g65lWQUoxnk+zdq34nEie2JdNb5BngNNEJ/7xxXbf81lfVd5upJNf3va1x4oatfQgYbtslsaxGzfpQwH0GR6pxABq6e\
        7O0kU5kv2iHYP55RLUvJSij+0bIxnxrLDZE0W86cd4wD/j5kTjguMkOf0hptNZ+37xb+Gz2UZsKXksuQMSWER8m5tVZ4o+HMcdYj\
        Jv8tXRvnm68keL79Wx7JKj5uwDB5E6EI2VTKM2gwr2PVrwa+uEBYjp0fBS1NxHfbLfGJWzXFu47n1mhI5BBbxen9scXz8vdlddED\
        lGx3dlJ4o+HMRC20Wq1nqZdlXKtkhAP/cFd5CJ04gRhICIcTVm6pCyzC42qLQcJ1DgWi5SDwze6h6LS2+kdZ3or3pEiRYv/XBH3d\
        BIQ/le3xtgZsCb+rTnij2KxWk9QMCED4KXB5fW/udpnvfRAKq1KzCWr6moqi8uc6cykUQtSnjQ1Hju9Z7LO/pgZ+8riB2Nz21Liy\
        uNuDnvzvxgEpwatvypak1U5IoplsaKNgoTuTcNy06DKj86v5jhqiRLUcFP2lEHME+uhpEDuZdDtc8A44vJ4hw4Gv+g/QBzwy0uYs\
        7eebbdXw0sntWIBeIgcgI0MlgEBSSKKZbEQttFojspMJZd4vfgLH6vBCTiUXuJ0B4IaCJGDHoeDSZ/ygjowXq5Y41nZl/OAmP7eY\
        Tebp5aakhGcyJZg68IytcBHTypb+Ef5GcJdCgElIo+HMRC20WrHYNqysuVV0Lbt9i/sNfL5e/GAFvcMl3MrBOhe18E/keQzN6jD6\
        WwjzrFoWrcZCgwjyHs7lo8o6Ypmt9RLH1zxARkilKixx1iMm/tGJG7bTCtq1/2fUEyAF1vXrSxk4qDG/C+vn2EcYUu4/9tkYR0Jx\
        Rjsa/EgJwmEnNySF9tVI1EmcuTvbFrBCSKUhDFaT1CG8kIYF4qThBSQERRNPTKtMtrUd5pa2e7cA7yeQHtKRxF34XHdNGQBf5aFL\
        ACdpH1oXU0MDpgWrisFAPUilKmTyX3dsj3Xx8wuPIFzwAB67YTHPfdKNARrZpuqQu9g9M4VAlazSo/hZKwuwQ1k3dpyFL2fAKqMc\
        icY6SKZyxPJfQpy8e8BXmyhfiFKcNEzXnUWNNlnJxxJOJVkIqsnHAhjDHvbpvvFSboiFy1X9NqYIkn+4yDVIp++rgbfwWZi5Mrrs\
        y9vdmjJggtRt6BacPF0kd6kjzRdXUQ04b2ahvbb48gvTjggnsELWoDVIp++rgbfy5da6oXzFNSwoExjNN6VANi77SkTMldZMOE3R\
        m/iyvIR7KFS5QtAlYjjwsWzuwDBIqaJrgbg7KIX4saqQLtZKRryipa4GBudRzH3EllngeCLm4HpPxhiLmsrD1Ey3JsAwSKmia4G3\
        8uaJsd0hAEd7qfIyWk74WJ2mzqURnuY7nZlxm5TPcy17tyStC6+qKaiAMUipomuBt/L61fgSAV6iLzaUBkYO213xIg6ai7u2H6zG\
        ppoPKoHRMAj4gzXiSl3/rqAmSK66q4G4OyiFt6C2+ocY1lkdhAHQwF0V2Q2SKNqb8uzmMnDRZxAgSLCA080vCVXgqxhtYUzX2PQx\
        DsczhmHy2R0dRKF2kTAnSLDTPipOuUuL4Z6XNc+axrTXdWK+JgXHoksMKngxHJartnTg60MYJ0iup6zEi+pcXpxwAAeRKgm34Hqv\
        02T44f6qPm64gJD4bqK45KKNvQ==
        """

    /// 0.4 s at 64 kbit/s.
    private static let g722 = """
        +pgsjiKSoKDgoOFp7PB33dbS0M/Q0dPZvrjz7+7ubvCz+P/bmNRR0pTVmNy/9/Tw7vBw8fb639yX1tTSltjY3rv58/HwrnGz+Pn+\
        2pjU0tTU1Zreu/nz8/Du8fL3+1/fmZTSldTV2t689vbxr/Px8vf7X77VltXSltjW/5/29bHw7vP18//8/pVVldKX2ZXe/Pj08PDu\
        c7Xy/Pncl9nT15bW2t6++/by8a50r/30+pna2dHXmNLe3Z72+LHw7vfy9vn62pxU05yQ1Z3b+vz18vLycPG3/fif29fX1ZTU2v7b\
        s36z8bBwsn3z2/nZ1ZZZk3/V3P22e/P28O/fsHje353S/pHZ2t7f993z9fHze7e4+d3amtnW2pnZ/v/6tna077/z/n38XpWb2tbc\
        2N51+rq08PL3/nl8n9yUVJjXe9X79/zwsPTwtHveedmZ2dPbmlf62fv1tPSu9/Xx+l761p7a09nWmnz+nPSw9K957//0+dyUXZlU\
        0dqcW/eYdfDz+q53uHJa/51X/pBR/tf72vr39fWu+e//99742NfeVZKf2579u33u+vDt9fv5ulzamtjR151W/p359LD47fHz/3X9\
        vtbdlFPf1ZX8+5vu/LNy8fXz2vPY2t/cTvuRnv3+m+z59/SuerT5vtv2VNNf15v+k/T1f/b3tKve9vp72vzVmliSXNic//n4793t\
        7/+09N/71Nf5U5ea2738vXf28/Stdfj23d/+k/9R07zb3Jz69fD08PDx99/1XJe/1NGa2Nb5nvv47/+t8fS099f03NP/U5vam968\
        +PT09K/47bn8+d/b3dPc0JZ/ndy69bN5rXHz//b+3ptc0trU0/maf/2z+rHx7/5y/fj+lNb8VNCV3r38//ry8rHw8/71ulqb3tXU\
        0p7a3/z6+K//rfBx+rvd+ZlW2dTR3tuffLh1s3yqdfL7/PdanNTYVNO9V/6c+nTv26n189/xXF+92ZLb2JVd2/fd8/v0rfN797y1\
        XNXZnVPdkVv127ffbvGz+W759Pxcl/nX19aY1nfYvfG3/+528/v/vPnXn1hQlv7U3vrf8LL+8exz3bafd5VX/1Pbmtf637l19vfx\
        7/r2/LbZXNWc0tqW3p1//fL58fGvfbH5/tv91dlUkdm+17bedPH0sfDz//X8ftab3NHVl3/avPr4sfK273jx+P7Y3Zla0tbYmd76\
        nXSufa7x9PNe+9/emNRS3NSY3f25cv2x7vXw9f5+/9mX3tHTvVf+nP2xcvys7nv4sln93dXZVtSW/tjf8t607LH08vzz3F2a3tfZ\
        kNf53Ni58/nwsPL29br+3drc1FKZ177XuPn1t3axrHPd9nvb+deU0/9U1/rcvO+e8vHv//Nc+LnX2ZhU1dnZ37i7//Hz9Ozz3Lb7\
        2/3V1ViTvtTat//39nax7bX6/PdZ3dabV5nR/tr4uff97vLy9rff8tnZ1/xUkpncnfuedPDxtfBxuPbdXJrfWNDQ3N2e3/h0796s\
        r/v3ffr+1pnZ1FLemNv1n/P58vPxs/z1+9ja3tdYkJX/nd+2f/HxsvRuvvj4X5raV9nR2Ne12/Z+8/evufD0eN/61Jnc0Vad1vz6\
        nPbx9vDuvfL73v3b2dhRlZvfnt26dO/e7O33/bT9/9fe1VWV15//mvb58vXv+u789PtYl7jW1ZLd2vuY//P19K768bPb9H/Umd7T\
        3ZP93N/2vPXutfH09vu+XJnZ2lXRmp3d/3318PO3sO9f8d5e3Jbc0dabX51+nu/79e718fbf99rd2NVVmJP4nNn29fb07rluv/i6\
        W96aV5hQ1/dUvvr39vL57PL/+//e/9TTfpCW/5n9tnu39Ozv3vL991jamNrXmdHf+ty/9PL4q9/s9v+feJjW39PamNb7XLv2tfTt\
        snn09t782ZVc0ted1f7f9ff4svCtdrz1+9ld1drX15iWe5z69fTysnLz/PPae5bf2NLW3phc3rb3t3isbfj33/PYm9tcUJfemd39\
        /HH1t/Px8fZd+t+f2JNb19vb3/+4s/zv9u53+7y0XtecVNP/0du53vr09fPzs3a1+b1e2djWWM+51v7b8t6w8bH08Pl32/eT+ZZW\
        1p5Ynnudc/b47LB2+fn8+tSV3lZV196e+5/y+G+47PH8+PfW/NvWVpjSu5r+/PF3+a7yt3ff9P+V1/xT29aa/fuc9nSv9/P4r1z9\
        f5f/1tNal//aX7b2+O+67nSzWvXe3dWbVtjT+Nr/u/jy9fDv/rTz2N791dpYjrvYmP22/+/e7fDyn/PYfP2W193Rmd7d37T3+/St\
        8fS2X/T/1tqa1dXY1bx4vfix9/Ds9vxz2rna2JRW2JXb+9m58fiyc/Xv//n62/7W2FKamNiZ+v3x9/zrt3Sy3rz2VNXf1tWY1vve\
        +PX2+Kr4sfa+/vvU2lvWlNWa+9u1efTysHHy/fX62t6ZVtjRl/mZ3Pv4bve5rO/bb9Z4/5eZWdH+2Vr6vLb09fLy9fX633mY1t3T\
        m5lXvPrc9fK4bPD09fvc/N/X21SQmNyb9tvx9PL3sHG1/LvYXtzU0diU3v7Y+/Tw87rvtfOf99b43dJTvdWc2v68bfz0sG7489n4\
        +NyQW9nXndWb89339/vvsXa89LvaftbY092V2v3f+PG697Dscb5+u32cU1zR2Jbd2fv+9XP5rrF0891895P919bV29q93fzx9fax\
        7/u09txd3tiW15aYV/bX89607vN97r/3/Z1X+NZV07zZ37/fcbH68vL0sHrY/t3a2dHUmF3dnvq18vfz8vK3//x8XJP9kNGc2Vz+\
        3/Dw97Xs8vh22rrc1ZhS2ZlYmfv/8/u2bvL19Ln+3t3W21WS3Jb9/Lx08fir/W66+n//1Z3WVtWW3V7/vfN78q/4bfeb8lvcl/5O\
        +5Daev6c83zvtvP58n/72Jv/1tRTn97e3bzx8vzt8vb1+tx9nZTX29Of2tr6uvrx9bDs89vumnuY1t3Z0Zpf37n//K739e75dfbb\
        udrXvVHUl3ic2vnz+fCx9PDz2Pp9mtzT2ted1d77vPL696/07r5+u3/Yl9tW1pdf3v+8c/ry7/jtufvf+FjVmVSS/tWcfbf87v3t\
        8PH999r22NTWXpO81Zv1uXn09a/0cbv++l+c1NVY1NTbud359nf1q73v/3fd+tTYmFTTu1K8+Pz29fbw7Pb/+fh/lpnX25fX3Nn4\
        tv3z+Kv68bn323XV2JjV1Zpb+5n58rny8/fydf37mNv9lVHXnlq/2fjwsXzu9O79+d/3k3rS2dac1bz8+PX2+azt/LT5//9Y0rrR\
        1ZjY3vbd9/bzsvG19rve+1Xa29aUldt22bv4sHGyee/8dLpXn37S2VOeXdv8t37w8vbw75vw/FyXetLdktt/27vf8/jw8LH2+ffe\
        fFuZ15nSm95dXvW5snbxrnd7+vtbvNTU1dba3JZ49vr1tK3xct/z3fvVmVjW15tZnP/49PTz9u3z3/Lff5qZ1djSm/7W+Pee7/qy\
        7vm2ef7e3tabV9WUW7ne/PP87vHy+fH733uUlvrRkd3a/fuY9e75sfD1tffXdNvamdPcl/7X9f73+fCx8bb7vfXd1lzWmNOf2v7a\
        897y8rL18br6/H/Vm93SldjY3vea8vTzt/Dxt164fdjW3dGW3Nb9fLv7svbw7PNa8bz+llva2dHZmvz63ff18K3197nz3N1YmNrX\
        1ZO3Vvm7fPHwtPDy//Z/2/yY0tzR2Nza+rr7tfCv9/b2991/l9/b1I+6VrtYvXLy/+/38/i1XNzc2Nfa0pr+1/ee9fH1tOzz3Pb7\
        WZ/bl1qU0rjeXrl29/Kz9nCyXP/92ttczJb/V7vY3e3znO/1cPLcmvPVm37PfpjW/Ljf8fn38e//9PbcX7/Ul1yQl3qYXfa69O/8\
        7XL8tt/9W93T25bZ1/jd+vf477bwsPW//HyaWtbVk/5Umnm59/f57Ox0uPn9epba2FLZldp9n/df7K3z+u73d59/l/lW1NCY3N1e\
        uXiv3+3x9PJev3qY1n7P39qX+9p58vq38K969HeaeJ7V2VXU2Nmd/Pj2d/ex7PPf89zfu9LbWtOemtt3nfb08bP0cPT5/9u62FLW\
        2JXe3pz6dPK47bJ19PXcXp7Z15hP/Nuf3/b/b/ys7/619H7c2tiYU9yR3F38uPX4sO1z+fPf89iWf9jR2JTZ+t2/9PL47PG2+bX+\
        XNjY15zOnlzY/rj187tw7PC7X/S+113U0t+X23/btPH9tOt+8PHdvPjX3llQlZ3Y3N8=
        """

    static var opusPackets: [[UInt8]] {
        var packets: [[UInt8]] = []
        var rest = bytes(opus)[...]
        while let length = rest.first {
            packets.append(Array(rest.dropFirst().prefix(Int(length))))
            rest = rest.dropFirst(1 + Int(length))
        }
        return packets
    }

    static var g722Packets: [[UInt8]] {
        let all = bytes(g722)
        return stride(from: 0, to: all.count, by: 160).map { Array(all[$0..<min($0 + 160, all.count)]) }
    }

    private static func bytes(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }
}
